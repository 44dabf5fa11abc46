import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { isoInZone } from '../time/iso.js'
import { deadlineOf } from './deadline.js'

const at = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis()
const NEW_YORK = 'America/New_York'

function deadline(time: string, timezone: string, dueAt: number): string {
  const [hour, minute] = time.split(':').map(Number) as [number, number]
  return isoInZone(deadlineOf({ deadline: { kind: 'time', hour, minute }, timezone }, dueAt) as number, timezone)
}

describe('a deadline', () => {
  it('after a delay counts real time', () => {
    expect(deadlineOf({ deadline: { kind: 'after', delay: 90 * 60_000 }, timezone: NEW_YORK }, at('2026-03-08T01:30-05:00'))).toBe(at('2026-03-08T04:00-04:00'))
  })

  it('is none where none is set', () => {
    expect(deadlineOf({ deadline: null, timezone: 'UTC' }, 0)).toBeNull()
  })

  it.each([
    ['09:00', 'UTC', '2026-01-02T00:00Z', '2026-01-02T09:00:00+00:00'],
    ['09:00', 'UTC', '2026-01-02T09:00Z', '2026-01-02T09:00:00+00:00'],
    ['09:00', 'UTC', '2026-01-02T09:00:00.001Z', '2026-01-03T09:00:00+00:00'],
    ['09:00', 'Asia/Kolkata', '2026-01-02T03:31Z', '2026-01-03T09:00:00+05:30'],
    ['00:00', 'Europe/Berlin', '2026-01-02T00:00+01:00', '2026-01-02T00:00:00+01:00'],
    ['02:00', 'Europe/Berlin', '2026-12-31T22:00+01:00', '2027-01-01T02:00:00+01:00'],
  ])('at %s in %s of what is due at %s is the first such time from then on: %s', (time, zone, due, expected) => {
    expect(deadline(time, zone, at(due))).toBe(expected)
  })

  it.each([
    ['02:30', 'Europe/Berlin', '2026-03-29T00:00+01:00', '2026-03-29T03:00:00+02:00'],
    ['02:30', NEW_YORK, '2026-03-08T00:00-05:00', '2026-03-08T03:00:00-04:00'],
    ['02:15', 'Australia/Lord_Howe', '2026-10-04T00:00+10:30', '2026-10-04T02:30:00+11:00'],
    ['02:15', 'Australia/Lord_Howe', '2026-10-04T02:30+11:00', '2026-10-04T02:30:00+11:00'],
  ])('at %s in %s, which the clocks skip after %s, is the end of the gap: %s', (time, zone, due, expected) => {
    expect(deadline(time, zone, at(due))).toBe(expected)
  })

  it.each([
    ['02:30', 'Europe/Berlin', '2026-10-25T00:00+02:00', '2026-10-25T02:30:00+02:00'],
    ['02:30', 'Europe/Berlin', '2026-10-25T02:15+01:00', '2026-10-26T02:30:00+01:00'],
    ['01:30', NEW_YORK, '2026-11-01T01:00-04:00', '2026-11-01T01:30:00-04:00'],
    ['01:30', NEW_YORK, '2026-11-01T01:00-05:00', '2026-11-02T01:30:00-05:00'],
    ['01:45', 'Australia/Lord_Howe', '2026-04-05T01:45+11:00', '2026-04-05T01:45:00+11:00'],
    ['01:45', 'Australia/Lord_Howe', '2026-04-05T01:30+10:30', '2026-04-06T01:45:00+10:30'],
  ])('at %s in %s, which the clocks show twice, of what is due at %s is a first passage: %s', (time, zone, due, expected) => {
    expect(deadline(time, zone, at(due))).toBe(expected)
  })

  it('is never before what is due, and within two days of it, in every zone', () => {
    fc.assert(fc.property(
      fc.constantFrom('UTC', 'Europe/Berlin', NEW_YORK, 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Sao_Paulo', 'Atlantic/Azores', 'Africa/Casablanca'),
      fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: at('2015-01-01T00:00Z'), max: at('2030-01-01T00:00Z') }),
      (timezone, hour, minute, dueAt) => {
        const found = deadlineOf({ deadline: { kind: 'time', hour, minute }, timezone }, dueAt) as number
        expect(found).toBeGreaterThanOrEqual(dueAt)
        expect(found - dueAt).toBeLessThan(2 * 86_400_000)
      },
    ), { numRuns: 500 })
  })
})
