import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.js'

describe('durations', () => {
  it.each([
    ['500ms', 500], ['30s', 30_000], ['5m', 300_000], ['1h', 3_600_000], ['2d', 172_800_000], ['1h30m', 5_400_000], ['1.5h', 5_400_000], ['0s', 0],
  ])('%s is %i ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '5', '5 m', '-5m', 'm', '5min', '1h 30m', 'five'])('%j is refused with an example of what to write', text => {
    expect(() => parseDuration(text)).toThrow(`'${text}' is not a duration; write a number and a unit, for instance 500ms, 30s, 5m`)
  })

  it('refuses spans that no date could hold', () => {
    expect(() => parseDuration('99999999d')).toThrow("'99999999d' is longer than 100 years")
  })

  it('reads back what it formats', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3e12 }), milliseconds => {
      expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds)
    }))
    expect(formatDuration(5_400_000)).toBe('1h30m')
  })
})
