import fc from 'fast-check'
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

  it('covers time with catchup without a gap and without a double, over every change of the clocks', () => {
    const schedule = fc.oneof(
      fc.constantFrom('0 * * * *', '30 2 * * *', '*/20 1-3 * * *', '0 0 * * 1', '15,45 */3 * * *').map(expression => ({ kind: 'cron', expressions: [expression] }) as const),
      fc.integer({ min: 60_000, max: 864e5 }).map(every => ({ kind: 'interval', every }) as const),
    )
    fc.assert(fc.property(
      schedule, fc.constantFrom('America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe'),
      fc.integer({ min: at('2026-03-01T00:00Z'), max: at('2026-11-05T00:00Z') }),
      (chosen, timezone, start) => {
        const timetable = timetableOf({ schedule: chosen, timezone, start, end: null, catchup: true })
        let last: DataInterval | null = null
        for (let i = 0; i < 12; i += 1) {
          const next = timetable.next(last, at('2030-01-01T00:00Z'))
          if (next === null) throw new Error('an endless schedule ended')
          expect(next.dataIntervalStart).toBeGreaterThanOrEqual(start)
          expect(next.dataIntervalEnd).toBeGreaterThan(next.dataIntervalStart)
          if (last) expect(next.dataIntervalStart).toBe((last).dataIntervalEnd)
          last = next
        }
      },
    ), { numRuns: 300 })
  })

  it('never goes back, wherever the clock is turned', () => {
    fc.assert(fc.property(fc.boolean(), fc.array(fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2026-12-31T00:00Z') }), { maxLength: 10 }), (catchup, clocks) => {
      const timetable = timetableOf({ ...daily, start: at('2026-01-01T00:00Z'), catchup, timezone: 'Europe/Berlin' })
      let last: DataInterval | null = null
      for (const now of clocks) {
        const next = timetable.next(last, now)
        if (next && last) expect(next.dataIntervalStart).toBeGreaterThanOrEqual((last).dataIntervalEnd)
        last = next ?? last
      }
    }))
  })
})
