import { describe, expect, it } from 'vitest'
import { iso, isoInZone, parseInstant } from './iso.js'

const BERLIN = 'Europe/Berlin'

describe('a date in a file', () => {
  it.each([
    ['2026-01-31', BERLIN, '2026-01-31T00:00:00+01:00'],
    ['2026-01-31T09:00', 'Asia/Kolkata', '2026-01-31T09:00:00+05:30'],
    ['2026-01-31T09:00Z', BERLIN, '2026-01-31T10:00:00+01:00'],
    ['2026-01-31T09:00-08:00', BERLIN, '2026-01-31T18:00:00+01:00'],
    ['2026-01-31T09:00+00:00', 'Asia/Kolkata', '2026-01-31T14:30:00+05:30'],
    ['2026-07-31T09:00', BERLIN, '2026-07-31T09:00:00+02:00'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(isoInZone(parseInstant(text, zone), zone)).toBe(expected)
  })

  it.each([
    ['2026-03-29T02:30', BERLIN, '2026-03-29T03:00:00+02:00'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T03:00:00-04:00'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-04T02:30:00+11:00'],
    ['2011-12-30T12:00', 'Pacific/Apia', '2011-12-31T00:00:00+14:00'],
  ])('%s, which the clocks of %s never show, is the end of the gap: %s', (text, zone, expected) => {
    expect(isoInZone(parseInstant(text, zone), zone)).toBe(expected)
  })

  it.each([
    ['2026-10-25T02:30', BERLIN, '2026-10-25T02:30:00+02:00'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T01:30:00-04:00'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-05T01:45:00+11:00'],
  ])('%s, which the clocks of %s show twice, is the first time: %s', (text, zone, expected) => {
    expect(isoInZone(parseInstant(text, zone), zone)).toBe(expected)
  })

  it.each(['tomorrow', '09:30', 'T09:30', '2026-02-30', '2026-01-31 9 o\'clock', ''])('%j is refused', text => {
    expect(() => parseInstant(text, BERLIN)).toThrow(`'${text}' is not a date; write for instance 2026-01-31`)
  })
})

it('an instant is written as Date writes it, whichever was written before', () => {
  const instants = [0, 59_999, 60_000, 1_735_689_600_000, 1_735_689_600_000.75, 1_735_689_659_999, -1, -60_001.5, -62_198_755_200_000, 253_402_300_800_000, 8.64e15, -8.64e15, 1_735_689_600_001]
  for (const instant of [...instants, ...instants.reverse()]) expect(iso(instant)).toBe(new Date(instant).toISOString())
  expect(iso(null)).toBeNull()
  for (const none of [Number.NaN, Infinity, 8.64e15 + 60_000]) expect(() => iso(none)).toThrow(RangeError)
})
