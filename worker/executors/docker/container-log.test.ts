import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogFrame } from '../../../shared/broker/live-log.js'
import { ContainerLog, type ContainerLogPosition } from './container-log.js'

interface Entry {
  /** Nanoseconds after 2026-01-01T00:00:00Z. */
  readonly at: number
  readonly stream: 1 | 2
  readonly text: string
  readonly complete: boolean
}

const SECOND = 1_767_225_600

function encode({ at, stream, text, complete }: Entry): Buffer {
  const time = new Date((SECOND + Math.floor(at / 1e9)) * 1000).toISOString().slice(0, 19)
  const fraction = String(at % 1e9).padStart(9, '0').replace(/0+$/, '')
  const body = Buffer.from(`${time}${fraction === '' ? '' : `.${fraction}`}Z ${text}${complete ? '\n' : ''}`)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(body.length, 4)
  return Buffer.concat([header, body])
}

/** What Docker sends for `since`, which is inclusive. */
function logSince(entries: readonly Entry[], position: ContainerLogPosition | null): Buffer {
  const since = position === null ? 0 : Number(BigInt(position.time.replace('.', '')) - BigInt(SECOND) * 1_000_000_000n)
  return Buffer.concat(entries.filter(({ at }) => at >= since).map(encode))
}

const entries = fc.array(fc.record({
  step: fc.constantFrom(0, 0, 1, 999, 1_000_000_000), stream: fc.constantFrom(1 as const, 2 as const),
  text: fc.string({ unit: 'grapheme', maxLength: 20 }).map(text => text.replaceAll('\n', '')), complete: fc.boolean(),
}), { maxLength: 40 }).map(steps => {
  let at = 5
  return steps.map(({ step, ...entry }) => ({ ...entry, at: at += step }))
})

describe('reading a container log', () => {
  it('gives every frame once and in order, however often it is interrupted', () => {
    fc.assert(fc.property(entries, fc.array(fc.nat(), { maxLength: 8 }), (all, interruptions) => {
      const frames: LogFrame[] = []
      let position: ContainerLogPosition | null = null
      for (const interruption of [...interruptions, Infinity]) {
        const log = new ContainerLog(position)
        const bytes = logSince(all, position)
        // An interruption may come in the middle of a frame: that frame is read again.
        const batch = log.push(bytes.subarray(0, interruption === Infinity ? undefined : interruption % (bytes.length + 1)))
        frames.push(...batch.frames)
        position = batch.position as unknown as ContainerLogPosition
      }
      expect(frames.map(({ stream, text }) => `${stream} ${text}`)).toEqual(all.map(({ stream, text }) => `${stream === 2 ? 'stderr' : 'stdout'} ${text}`))
    }))
  })

  it('keeps nanoseconds, streams and whether a line goes on', () => {
    const { frames, position } = new ContainerLog(null).push(Buffer.concat([
      encode({ at: 1, stream: 1, text: 'whole', complete: true }), encode({ at: 500_000_000, stream: 2, text: 'part', complete: false }),
    ]))
    expect(frames).toEqual([
      { time: `${SECOND}.000000001`, stream: 'stdout', text: 'whole', complete: true },
      { time: `${SECOND}.500000000`, stream: 'stderr', text: 'part', complete: false },
    ])
    expect(position).toEqual({ time: `${SECOND}.500000000`, seen: 1 })
  })

  it('puts a character together that was cut between two parts of a line', () => {
    const euro = Buffer.from('€')
    const raw = (body: Buffer): Buffer => {
      const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
      const whole = Buffer.concat([Buffer.from('2026-01-01T00:00:00Z '), body])
      header.writeUInt32BE(whole.length, 4)
      return Buffer.concat([header, whole])
    }
    const { frames } = new ContainerLog(null).push(Buffer.concat([
      raw(Buffer.concat([Buffer.from('a'), euro.subarray(0, 1)])), raw(Buffer.concat([euro.subarray(1), Buffer.from('b\n')])),
    ]))
    expect(frames.map(({ text }) => text).join('')).toBe('a€b')
  })
})
