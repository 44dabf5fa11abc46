import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatLogLine, logTime, parseLogLine } from './log-line.js'

it('a line of a log is read as it was written', () => {
  const frames = fc.record({
    time: fc.integer({ min: 0, max: 4e12 }).map(logTime), stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    text: fc.string({ unit: 'binary' }).map(text => text.replaceAll('\n', '')), complete: fc.boolean(),
  })
  fc.assert(fc.property(frames, frame => {
    expect(parseLogLine(formatLogLine(frame).slice(0, -1))).toEqual(frame)
  }))
  expect(parseLogLine('no log')).toBeNull()
})
