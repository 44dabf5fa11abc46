import { describe, expect, it } from 'vitest'
import { timetableOf, type DataInterval, type TimetableSpec } from './timetable.js'

const at = (iso: string): number => Date.parse(iso)
const daily = { schedule: { kind: 'cron', expressions: ['0 0 * * *'] }, timezone: 'UTC', start: null, end: null, catchup: false } as const satisfies TimetableSpec
const interval = (start: string, end: string): DataInterval => ({ dataIntervalStart: at(start), dataIntervalEnd: at(end) })
const run = (start: string, end: string) => ({ logicalDate: at(start), ...interval(start, end), dueAt: at(end) })

describe('a timetable', () => {
  it('makes a run due at the end of its data interval', () => {
    const last = interval('2026-01-01T00:00Z', '2026-01-02T00:00Z')
    expect(timetableOf(daily).next(last, at('2026-01-02T09:00Z'))).toEqual(run('2026-01-02T00:00Z', '2026-01-03T00:00Z'))
  })

  it('without catchup begins with the latest complete interval, whatever the start', () => {
    const now = at('2026-05-10T09:00Z')
    expect(timetableOf(daily).next(null, now)).toEqual(run('2026-05-09T00:00Z', '2026-05-10T00:00Z'))
    expect(timetableOf({ ...daily, start: at('2026-01-01T00:00Z') }).next(null, now)).toEqual(run('2026-05-09T00:00Z', '2026-05-10T00:00Z'))
  })

  it('without catchup goes on with the latest complete interval after a pause', () => {
    const last = interval('2026-01-01T00:00Z', '2026-01-02T00:00Z')
    expect(timetableOf(daily).next(last, at('2026-03-10T09:00Z'))).toEqual(run('2026-03-09T00:00Z', '2026-03-10T00:00Z'))
  })

  it('counts an interval that ends exactly now as complete', () => {
    expect(timetableOf(daily).next(null, at('2026-05-10T00:00Z'))).toEqual(run('2026-05-09T00:00Z', '2026-05-10T00:00Z'))
  })

  it('with catchup begins at the first boundary at or after the start', () => {
    const timetable = timetableOf({ ...daily, start: at('2026-01-01T06:00Z'), catchup: true })
    expect(timetable.next(null, at('2026-05-10T09:00Z'))).toEqual(run('2026-01-02T00:00Z', '2026-01-03T00:00Z'))
    expect(timetable.next(interval('2026-01-02T00:00Z', '2026-01-03T00:00Z'), at('2026-05-10T09:00Z'))).toEqual(run('2026-01-03T00:00Z', '2026-01-04T00:00Z'))
  })

  it('waits for a start in the future', () => {
    expect(timetableOf({ ...daily, start: at('2027-01-01T00:00Z') }).next(null, at('2026-05-10T09:00Z'))).toEqual(run('2027-01-01T00:00Z', '2027-01-02T00:00Z'))
  })

  it('starts no interval after the end', () => {
    const timetable = timetableOf({ ...daily, end: at('2026-01-03T00:00Z') })
    expect(timetable.next(interval('2026-01-02T00:00Z', '2026-01-03T00:00Z'), at('2026-01-03T00:00Z'))).toEqual(run('2026-01-03T00:00Z', '2026-01-04T00:00Z'))
    expect(timetable.next(interval('2026-01-03T00:00Z', '2026-01-04T00:00Z'), at('2026-01-04T00:00Z'))).toBeNull()
  })

  it('after a change from hourly to daily does no data twice', () => {
    const lastHourly = interval('2026-05-10T13:00Z', '2026-05-10T14:00Z')
    expect(timetableOf(daily).next(lastHourly, at('2026-05-10T14:10Z'))).toEqual(run('2026-05-11T00:00Z', '2026-05-12T00:00Z'))
  })

  it('asks for one run of @once, at its start', () => {
    const timetable = timetableOf({ ...daily, schedule: { kind: 'once' }, start: at('2026-01-01T00:00Z') })
    expect(timetable.next(null, 0)).toEqual(run('2026-01-01T00:00Z', '2026-01-01T00:00Z'))
    expect(timetable.next(interval('2026-01-01T00:00Z', '2026-01-01T00:00Z'), at('2026-05-10T00:00Z'))).toBeNull()
  })

  it('asks for nothing when there is no schedule', () => {
    expect(timetableOf({ ...daily, schedule: { kind: 'none' } }).next(null, at('2026-05-10T00:00Z'))).toBeNull()
  })

  it('anchors fixed intervals at the start', () => {
    const timetable = timetableOf({ ...daily, schedule: { kind: 'interval', every: 300_000 }, start: at('2026-01-01T00:02Z'), catchup: true })
    expect(timetable.next(null, 0)).toEqual(run('2026-01-01T00:02Z', '2026-01-01T00:07Z'))
  })

  it('gives a run by hand the last complete interval, or the instant itself without a schedule', () => {
    expect(timetableOf(daily).lastCompletedInterval(at('2026-05-10T09:00Z'))).toEqual(interval('2026-05-09T00:00Z', '2026-05-10T00:00Z'))
    expect(timetableOf({ ...daily, schedule: { kind: 'none' } }).lastCompletedInterval(7)).toEqual({ dataIntervalStart: 7, dataIntervalEnd: 7 })
  })

  it('makes the interval of a day as long as its day is', () => {
    const hours = (start: string): number => {
      const next = timetableOf({ ...daily, timezone: 'Europe/Berlin', start: at(start), catchup: true }).next(null, at(start))
      return ((next?.dataIntervalEnd ?? 0) - (next?.dataIntervalStart ?? 0)) / 3_600_000
    }
    expect(['2026-03-28T00:00+01:00', '2026-03-29T00:00+01:00', '2026-10-25T00:00+02:00'].map(hours)).toEqual([24, 23, 25])
  })

  it('asks for nothing by the clock when assets are the schedule; by hand it works on the instant itself', () => {
    const timetable = timetableOf({ ...daily, schedule: { kind: 'assets', assets: ['sales'], when: 'all' } })
    expect(timetable.next(null, at('2026-05-10T00:00Z'))).toBeNull()
    expect(timetable.lastCompletedInterval(7)).toEqual({ dataIntervalStart: 7, dataIntervalEnd: 7 })
  })
})
