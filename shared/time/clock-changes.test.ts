import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { cronOccurrences, everyInterval } from './occurrences.js'

/*
 * The table of docs/time.md, worked out by hand:
 *   Berlin     29 March 02:00 → 03:00, 25 October 03:00 → 02:00
 *   New York    8 March 02:00 → 03:00,  1 November 02:00 → 01:00
 *   Lord Howe   4 October 02:00 → 02:30, 5 April 02:00 → 01:30: half an hour
 *   Kolkata     half an hour beside the full hours of UTC, and never changes
 */
const BERLIN = 'Europe/Berlin'
const NEW_YORK = 'America/New_York'
const LORD_HOWE = 'Australia/Lord_Howe'
const KOLKATA = 'Asia/Kolkata'

const instant = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis()
const local = (zone: string, at: number): string => DateTime.fromMillis(at, { zone }).toFormat('dd HH:mm ZZ')

function runs(expressions: readonly string[], zone: string, from: string, count: number): string[] {
  const { after } = cronOccurrences(expressions, zone)
  const found = [after(instant(from))]
  while (found.length < count) found.push(after(found.at(-1) as number))
  return found.map(at => local(zone, at))
}

type Row = readonly [zone: string, crons: string, from: string, expected: readonly string[]]
const holds = (rows: readonly Row[]): void => {
  it.each(rows)('in %s, %s after %s', (zone, crons, from, expected) => {
    expect(runs(crons.split(' | '), zone, from, expected.length)).toEqual(expected)
  })
}

describe('when clocks go forward', () => {
  describe('an hourly job leaves out the hour that does not exist', () => {
    holds([
      [BERLIN, '0 * * * *', '2026-03-29T00:30+01:00', ['29 01:00 +01:00', '29 03:00 +02:00', '29 04:00 +02:00']],
      [NEW_YORK, '0 * * * *', '2026-03-08T00:30-05:00', ['08 01:00 -05:00', '08 03:00 -04:00', '08 04:00 -04:00']],
      [LORD_HOWE, '0 * * * *', '2026-10-04T00:30+10:30', ['04 01:00 +10:30', '04 03:00 +11:00', '04 04:00 +11:00']],
      [LORD_HOWE, '30 * * * *', '2026-10-04T01:00+10:30', ['04 01:30 +10:30', '04 02:30 +11:00', '04 03:30 +11:00']],
      [KOLKATA, '0 * * * *', '2026-03-29T00:30+05:30', ['29 01:00 +05:30', '29 02:00 +05:30', '29 03:00 +05:30']],
    ])
  })

  describe('a quarter-hourly job keeps its quarter of an hour', () => {
    holds([
      [BERLIN, '*/15 * * * *', '2026-03-29T01:30+01:00', ['29 01:45 +01:00', '29 03:00 +02:00', '29 03:15 +02:00']],
      [NEW_YORK, '*/15 * * * *', '2026-03-08T01:30-05:00', ['08 01:45 -05:00', '08 03:00 -04:00', '08 03:15 -04:00']],
      [LORD_HOWE, '*/15 * * * *', '2026-10-04T01:30+10:30', ['04 01:45 +10:30', '04 02:30 +11:00', '04 02:45 +11:00']],
      [KOLKATA, '*/15 * * * *', '2026-03-29T01:30+05:30', ['29 01:45 +05:30', '29 02:00 +05:30', '29 02:15 +05:30']],
    ])
  })

  describe('a daily job in the gap runs once, at its end', () => {
    holds([
      [BERLIN, '30 2 * * *', '2026-03-28T00:00+01:00', ['28 02:30 +01:00', '29 03:00 +02:00', '30 02:30 +02:00']],
      [BERLIN, '0 2 * * *', '2026-03-28T00:00+01:00', ['28 02:00 +01:00', '29 03:00 +02:00', '30 02:00 +02:00']],
      [NEW_YORK, '30 2 * * *', '2026-03-07T00:00-05:00', ['07 02:30 -05:00', '08 03:00 -04:00', '09 02:30 -04:00']],
      [LORD_HOWE, '15 2 * * *', '2026-10-03T00:00+10:30', ['03 02:15 +10:30', '04 02:30 +11:00', '05 02:15 +11:00']],
      [KOLKATA, '30 2 * * *', '2026-03-28T00:00+05:30', ['28 02:30 +05:30', '29 02:30 +05:30', '30 02:30 +05:30']],
    ])
  })

  describe('a daily job beside the gap keeps its time', () => {
    holds([
      [BERLIN, '30 1 * * *', '2026-03-28T00:00+01:00', ['28 01:30 +01:00', '29 01:30 +01:00', '30 01:30 +02:00']],
      [NEW_YORK, '0 3 * * *', '2026-03-07T00:00-05:00', ['07 03:00 -05:00', '08 03:00 -04:00', '09 03:00 -04:00']],
      [LORD_HOWE, '30 2 * * *', '2026-10-03T00:00+10:30', ['03 02:30 +10:30', '04 02:30 +11:00', '05 02:30 +11:00']],
    ])
  })

  describe('several times that meet at the end of the gap are one run', () => {
    holds([
      [BERLIN, '30 2 * * * | 0 3 * * *', '2026-03-29T00:00+01:00', ['29 03:00 +02:00', '30 02:30 +02:00', '30 03:00 +02:00']],
      [BERLIN, '30 2 * * * | */30 * * * *', '2026-03-29T01:00+01:00', ['29 01:30 +01:00', '29 03:00 +02:00', '29 03:30 +02:00']],
      [NEW_YORK, '*/10 2,3 * * *', '2026-03-08T00:00-05:00', ['08 03:00 -04:00', '08 03:10 -04:00', '08 03:20 -04:00']],
      [LORD_HOWE, '15 2 * * * | 30 2 * * *', '2026-10-04T00:00+10:30', ['04 02:30 +11:00', '05 02:15 +11:00', '05 02:30 +11:00']],
    ])
  })
})

describe('when clocks go back', () => {
  describe('an hourly job runs in both passages', () => {
    holds([
      [BERLIN, '0 * * * *', '2026-10-25T01:30+02:00', ['25 02:00 +02:00', '25 02:00 +01:00', '25 03:00 +01:00']],
      [NEW_YORK, '0 * * * *', '2026-11-01T00:30-04:00', ['01 01:00 -04:00', '01 01:00 -05:00', '01 02:00 -05:00']],
      [LORD_HOWE, '0 * * * *', '2026-04-05T00:30+11:00', ['05 01:00 +11:00', '05 02:00 +10:30', '05 03:00 +10:30']],
      [LORD_HOWE, '30 * * * *', '2026-04-05T01:00+11:00', ['05 01:30 +11:00', '05 01:30 +10:30', '05 02:30 +10:30']],
      [KOLKATA, '0 * * * *', '2026-10-25T01:30+05:30', ['25 02:00 +05:30', '25 03:00 +05:30', '25 04:00 +05:30']],
    ])
  })

  describe('a quarter-hourly job keeps its quarter of an hour', () => {
    holds([
      [BERLIN, '*/15 * * * *', '2026-10-25T02:30+02:00', ['25 02:45 +02:00', '25 02:00 +01:00', '25 02:15 +01:00']],
      [NEW_YORK, '*/15 * * * *', '2026-11-01T01:30-04:00', ['01 01:45 -04:00', '01 01:00 -05:00', '01 01:15 -05:00']],
      [LORD_HOWE, '*/15 * * * *', '2026-04-05T01:30+11:00', ['05 01:45 +11:00', '05 01:30 +10:30', '05 01:45 +10:30']],
      [KOLKATA, '*/15 * * * *', '2026-10-25T02:30+05:30', ['25 02:45 +05:30', '25 03:00 +05:30', '25 03:15 +05:30']],
    ])
  })

  describe('a daily job in the overlap runs in the first passage only', () => {
    holds([
      [BERLIN, '30 2 * * *', '2026-10-24T00:00+02:00', ['24 02:30 +02:00', '25 02:30 +02:00', '26 02:30 +01:00']],
      [BERLIN, '0 2 * * *', '2026-10-24T00:00+02:00', ['24 02:00 +02:00', '25 02:00 +02:00', '26 02:00 +01:00']],
      [NEW_YORK, '30 1 * * *', '2026-10-31T00:00-04:00', ['31 01:30 -04:00', '01 01:30 -04:00', '02 01:30 -05:00']],
      [LORD_HOWE, '45 1 * * *', '2026-04-04T00:00+11:00', ['04 01:45 +11:00', '05 01:45 +11:00', '06 01:45 +10:30']],
      [KOLKATA, '30 2 * * *', '2026-10-24T00:00+05:30', ['24 02:30 +05:30', '25 02:30 +05:30', '26 02:30 +05:30']],
    ])
  })

  describe('a daily job beside the overlap keeps its time', () => {
    holds([
      [BERLIN, '0 3 * * *', '2026-10-24T00:00+02:00', ['24 03:00 +02:00', '25 03:00 +01:00', '26 03:00 +01:00']],
      [NEW_YORK, '0 2 * * *', '2026-10-31T00:00-04:00', ['31 02:00 -04:00', '01 02:00 -05:00', '02 02:00 -05:00']],
      [LORD_HOWE, '29 1 * * *', '2026-04-04T00:00+11:00', ['04 01:29 +11:00', '05 01:29 +11:00', '06 01:29 +10:30']],
    ])
  })

  describe('of several expressions each keeps its own rule', () => {
    holds([
      [BERLIN, '30 2 * * * | 0 * * * *', '2026-10-25T01:30+02:00', ['25 02:00 +02:00', '25 02:30 +02:00', '25 02:00 +01:00', '25 03:00 +01:00']],
      [NEW_YORK, '30 1 * * * | 0 * * * *', '2026-11-01T00:30-04:00', ['01 01:00 -04:00', '01 01:30 -04:00', '01 01:00 -05:00', '01 02:00 -05:00']],
      [LORD_HOWE, '45 1 * * * | 30 * * * *', '2026-04-05T01:00+11:00', ['05 01:30 +11:00', '05 01:45 +11:00', '05 01:30 +10:30', '05 02:30 +10:30']],
      [KOLKATA, '30 2 * * * | 0 * * * *', '2026-10-25T01:30+05:30', ['25 02:00 +05:30', '25 02:30 +05:30', '25 03:00 +05:30']],
    ])
  })
})

describe('a fixed interval knows no wall clock', () => {
  it.each([
    [BERLIN, '2026-03-28T02:30+01:00', '29 03:30 +02:00'], [BERLIN, '2026-10-24T02:30+02:00', '25 02:30 +02:00'], [BERLIN, '2026-10-25T02:30+02:00', '26 01:30 +01:00'],
    [NEW_YORK, '2026-03-07T12:00-05:00', '08 13:00 -04:00'], [LORD_HOWE, '2026-10-03T12:00+10:30', '04 12:30 +11:00'], [KOLKATA, '2026-03-28T12:00+05:30', '29 12:00 +05:30'],
  ])('in %s, 1d after %s is %s', (zone, from, expected) => {
    expect(local(zone, everyInterval(86_400_000, instant(from)).after(instant(from)))).toBe(expected)
  })
})
