import { describe, expect, it } from 'vitest'
import { BEAT_EVERY_MS, next, STOP_BEFORE_MS, type Departure, type Resident } from './departure.js'
import { noticeOf } from './notice.js'

const NOW = 1_800_000_000_000
const one: Resident = { unit: 'longshore-worker@etl.service', pid: 7, isReady: true }
const leaving = (more: Partial<Departure> = {}): Departure => ({ notice: { kind: 'scaleIn', endsAt: null }, drained: new Set(), stopped: new Set(), beatAt: null, ...more })

describe('a machine that is to go', () => {
  it('is told by the documented words, and by nothing else', () => {
    const told = { spot: null, target: 'InService', rebalance: null }
    expect(noticeOf(told)).toBeNull()
    expect(noticeOf({ ...told, target: 'Terminated' })).toEqual({ kind: 'scaleIn', endsAt: null })
    expect(noticeOf({ ...told, target: 'Terminated', spot: '{"action": "terminate", "time": "2027-01-15T08:00:00Z"}' })).toEqual({ kind: 'spot', endsAt: Date.UTC(2027, 0, 15, 8) })
    expect(noticeOf({ ...told, rebalance: '{"noticeTime": "2027-01-15T08:00:00Z"}' })).toEqual({ kind: 'rebalance', endsAt: null })
    expect(noticeOf({ ...told, spot: '<html>', rebalance: 'null' })).toBeNull()
  })

  it('drains each worker once, again when it was started anew, and not before it is ready', () => {
    expect(next(leaving(), [one], NOW)).toEqual({ drain: [one.unit], stop: [], beat: true, complete: false })
    const drained = new Set([`${one.unit}/7`])
    expect(next(leaving({ drained }), [one], NOW).drain).toEqual([])
    expect(next(leaving({ drained }), [{ ...one, pid: 8 }], NOW).drain).toEqual([one.unit])
    expect(next(leaving({ drained }), [{ ...one, pid: 8, isReady: false }], NOW)).toMatchObject({ drain: [], complete: false })
  })

  it('asks for more time while anything runs, and says when nothing does', () => {
    expect(next(leaving({ beatAt: NOW - BEAT_EVERY_MS + 1 }), [one], NOW).beat).toBe(false)
    expect(next(leaving({ beatAt: NOW - BEAT_EVERY_MS }), [one], NOW).beat).toBe(true)
    expect(next(leaving(), [], NOW)).toEqual({ drain: [], stop: [], beat: false, complete: true })
  })

  it('stops what still runs shortly before a spot instance ends, and nothing earlier', () => {
    const notice = { kind: 'spot', endsAt: NOW + STOP_BEFORE_MS } as const
    expect(next(leaving({ notice }), [one], NOW - 1)).toEqual({ drain: [one.unit], stop: [], beat: false, complete: false })
    expect(next(leaving({ notice }), [one], NOW).stop).toEqual([one.unit])
    expect(next(leaving({ notice, stopped: new Set([`${one.unit}/7`]) }), [one], NOW).stop).toEqual([])
  })
})
