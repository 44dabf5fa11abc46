import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { isoInZone } from './iso.js'
import { waitUntil } from './wait-until.js'

const at = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis()
const until = (text: string, timezone: string, end: string): string => isoInZone(waitUntil(text, { dataIntervalEnd: at(end), timezone }), timezone)

describe('a task waits until', () => {
  it.each([
    ['09:30', 'UTC', '2026-01-02T00:00Z', '2026-01-02T09:30:00+00:00'],
    ['9:30', 'UTC', '2026-01-02T00:00Z', '2026-01-02T09:30:00+00:00'],
    ['09:30', 'Asia/Kolkata', '2026-01-01T20:00Z', '2026-01-02T09:30:00+05:30'],
    ['09:30', 'America/New_York', '2026-01-02T02:00Z', '2026-01-01T09:30:00-05:00'],
    ['02:30', 'Europe/Berlin', '2026-03-29T00:00+01:00', '2026-03-29T03:00:00+02:00'],
    ['02:30', 'Europe/Berlin', '2026-10-25T00:00+02:00', '2026-10-25T02:30:00+02:00'],
    ['02:15', 'Australia/Lord_Howe', '2026-10-04T00:00+10:30', '2026-10-04T02:30:00+11:00'],
    ['01:45', 'Australia/Lord_Howe', '2026-04-05T00:00+11:00', '2026-04-05T01:45:00+11:00'],
  ])('%s in %s: that time on the local day on which %s lies, %s', (text, zone, end, expected) => {
    expect(until(text, zone, end)).toBe(expected)
  })

  it('a time of that day that is past: there is nothing to wait for', () => {
    expect(waitUntil('00:30', { dataIntervalEnd: at('2026-01-02T06:00Z'), timezone: 'UTC' })).toBe(at('2026-01-02T00:30Z'))
  })

  it.each([
    ['2h', 'Europe/Berlin', '2026-03-29T01:30+01:00', '2026-03-29T04:30:00+02:00'],
    ['0s', 'UTC', '2026-01-02T00:00Z', '2026-01-02T00:00:00+00:00'],
    ['2026-01-31T09:30', 'Asia/Kolkata', '2026-01-02T00:00Z', '2026-01-31T09:30:00+05:30'],
    ['2026-01-31T09:30Z', 'Asia/Kolkata', '2026-01-02T00:00Z', '2026-01-31T15:00:00+05:30'],
    [' 2026-01-31 ', 'UTC', '2026-01-02T00:00Z', '2026-01-31T00:00:00+00:00'],
  ])('%s in %s after %s: %s', (text, zone, end, expected) => {
    expect(until(text, zone, end)).toBe(expected)
  })

  it.each(['24:00', '09:60', '99:99'])('%s is no time of day', text => {
    expect(() => until(text, 'UTC', '2026-01-02T00:00Z')).toThrow(`'${text}' is not a time of day; they go from 00:00 to 23:59`)
  })

  it.each(['', 'noon', '09:30:15', '-2h', '5', '2026-02-30'])('%j is refused with what may be written', text => {
    expect(() => until(text, 'UTC', '2026-01-02T00:00Z')).toThrow(`'${text}' is not something to wait for; write a time of day such as 09:30`)
  })

  it('never further than a duration can say', () => {
    expect(() => until('99999999d', 'UTC', '2026-01-02T00:00Z')).toThrow('longer than 100 years')
  })
})
