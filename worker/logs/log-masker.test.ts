import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogFrame } from '../../shared/broker/live-log.js'
import type { LogBatch } from '../executors/executor.js'
import { LogMasker } from './log-masker.js'
import { Mask } from './mask.js'

const letter = fc.constantFrom('a', 'b', 'c', '\n')
const secret = fc.string({ unit: letter, minLength: 4, maxLength: 12 })
const piece = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), text: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 }), complete: fc.boolean() })
const log = fc.array(fc.array(piece, { minLength: 1, maxLength: 4 }), { maxLength: 25 })

type Pieces = readonly Pick<LogFrame, 'stream' | 'text' | 'complete'>[]
const batchesOf = (pieces: readonly Pieces[]): LogBatch[] => pieces.map((frames, index) => ({ frames: frames.map((frame, place) => ({ ...frame, time: `${index}.${place}` })), position: { next: index + 1 } }))
const framesOf = (batches: readonly LogBatch[]): LogFrame[] => batches.flatMap(({ frames }) => frames)
const joined = (frames: readonly LogFrame[], stream: string): string => frames.filter(frame => frame.stream === stream).map(({ text, complete }) => (complete ? `${text}\n` : text)).join('')

describe('a log that is masked as it comes', () => {
  it('is what masking the whole gives, for any values and any split into frames and batches', () => {
    fc.assert(fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), log, (secrets, pieces) => {
      const mask = Mask.of(secrets)
      fc.pre(mask !== null)
      const masker = new LogMasker(mask)
      const batches = batchesOf(pieces)
      const out = framesOf([...batches.flatMap(batch => masker.push(batch)), ...masker.end()])
      for (const stream of ['stdout', 'stderr']) expect(joined(out, stream)).toBe(mask.text(joined(framesOf(batches), stream)))
      expect(out.map(({ time, stream, complete }) => [time, stream, complete])).toEqual(framesOf(batches).map(({ time, stream, complete }) => [time, stream, complete]))
    }), { numRuns: 1_000 })
  })

  it('is the same when another process goes on at any position that was let out', () => {
    fc.assert(fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), log, fc.nat(), (secrets, pieces, kill) => {
      const mask = Mask.of(secrets)
      fc.pre(mask !== null)
      const batches = batchesOf(pieces)
      const first = new LogMasker(mask)
      const before = batches.slice(0, kill % (batches.length + 1)).flatMap(batch => first.push(batch))
      const second = new LogMasker(mask)
      const rest = batches.slice(Number(before.at(-1)?.position['next'] ?? 0))
      const out = framesOf([...before, ...rest.flatMap(batch => second.push(batch)), ...second.end()])
      for (const stream of ['stdout', 'stderr']) expect(joined(out, stream)).toBe(mask.text(joined(framesOf(batches), stream)))
    }), { numRuns: 1_000 })
  })

  it('never shows four letters of a value, whenever it is flushed', () => {
    const value = 'abcdefghijklmnop'
    fc.assert(fc.property(fc.array(fc.nat(value.length), { maxLength: 6 }), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (cuts, flushes) => {
      const masker = new LogMasker(Mask.of([value]) as Mask)
      const places = [0, ...cuts.toSorted((a, b) => a - b), value.length]
      const out = places.slice(1).flatMap((end, index) => [
        ...masker.push(batchesOf([[{ stream: 'stdout', text: value.slice(places[index], end), complete: false }]])[0] as LogBatch),
        ...(flushes[index] === true ? masker.flush() : []),
      ])
      expect(joined(framesOf([...out, ...masker.end()]), 'stdout')).not.toMatch(/[a-p]{4}/)
    }))
  })

  it('holds back nothing of lines that end like no value, and little while the other stream is busy', () => {
    const masker = new LogMasker(Mask.of(['password']) as Mask)
    const line = (stream: LogFrame['stream'], text: string, complete = true): LogBatch => batchesOf([[{ stream, text, complete }]])[0] as LogBatch
    expect(masker.push(line('stdout', 'a pass'))).toHaveLength(1)
    expect(masker.push(line('stdout', 'a pass', false))).toHaveLength(0)
    let held = 0
    while (masker.isHolding) {
      masker.push(line('stderr', 'x'.repeat(1_000)))
      held += 1
    }
    expect(held).toBeLessThan(300)
  })
})
