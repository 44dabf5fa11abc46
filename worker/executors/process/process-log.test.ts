import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../../test/harness/temp-dir.js'
import type { LogFrame } from '../../../shared/broker/live-log.js'
import { readProcessLog, splitLines, type ProcessLogPosition } from './process-log.js'

const never = new AbortController().signal

async function readAll(directory: string, from: ProcessLogPosition | null = null): Promise<{ frames: LogFrame[]; position: ProcessLogPosition | null }> {
  const frames: LogFrame[] = []
  let position = from
  for await (const batch of readProcessLog(directory, from, () => Promise.resolve(true), never)) {
    frames.push(...batch.frames)
    position = batch.position as unknown as ProcessLogPosition
  }
  return { frames, position }
}

describe('what a process printed', () => {
  it('comes out whole, whatever it is: lines, parts of long lines, a last line without an end', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40_000 }).map(size => '€'.repeat(size / 3)))), lines => {
      const text = lines.join('\n')
      const { frames, used } = splitLines(Buffer.from(text), 'stdout', '1.000000000', true)
      expect(used).toBe(Buffer.byteLength(text))
      expect(frames.map(frame => frame.text + (frame.complete ? '\n' : '')).join('')).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`)
    }))
  })

  it('is read on where the last reader stopped, and a line that has not ended waits', async () => {
    const directory = tempDir('process-log')
    writeFileSync(join(directory, 'stdout'), 'one\ntw')
    const reading = readProcessLog(directory, null, () => Promise.resolve(false), never)
    const { value } = await reading.next() as { value: { frames: LogFrame[]; position: ProcessLogPosition } }
    await reading.return(undefined)
    expect(value.frames.map(({ text }) => text)).toEqual(['one'])
    appendFileSync(join(directory, 'stdout'), 'o\nthree')
    writeFileSync(join(directory, 'stderr'), 'wrong\n')
    const { frames } = await readAll(directory, value.position)
    expect(frames.map(({ stream, text }) => `${stream} ${text}`).toSorted()).toEqual(['stderr wrong', 'stdout three', 'stdout two'])
  })
})
