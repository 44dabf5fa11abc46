import { describe, expect, it } from 'vitest'
import type { DagSpec } from '../dag/model.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { RunState } from '../states/run.js'
import { datesIn, planDates, readRange } from './backfill-dates.js'

const NOW = Date.parse('2026-06-15T10:30:00Z')
const BASE = { dag: 'sales', schedule: { kind: 'cron', expressions: ['0 2 * * *'] }, timezone: 'UTC', start: null, end: null, catchup: false } as unknown as DagSpec
const dag = (more: Partial<DagSpec>): DagSpec => ({ ...BASE, ...more })
const cron = (...expressions: string[]): DagSpec['schedule'] => ({ kind: 'cron', expressions })
const at = (text: string): number => Date.parse(text)
const dates = (spec: DagSpec, from: string, to: string): string[] =>
  datesIn(spec, readRange(from, to, spec.timezone), NOW).map(({ logicalDate }) => new Date(logicalDate).toISOString())

describe('the dates of a backfill', () => {
  it('are those of the timetable, both ends of the range included', () => {
    expect(dates(dag({}), '2026-01-01T02:00', '2026-01-03T02:00')).toEqual(['2026-01-01T02:00:00.000Z', '2026-01-02T02:00:00.000Z', '2026-01-03T02:00:00.000Z'])
    expect(dates(dag({}), '2026-01-01T02:01', '2026-01-03T01:59')).toEqual(['2026-01-02T02:00:00.000Z'])
  })

  it('do not depend on catchup, and keep to the start and end of the DAG', () => {
    const bounded = { start: at('2026-01-02T00:00:00Z'), end: at('2026-01-03T12:00:00Z') }
    for (const catchup of [true, false]) expect(dates(dag({ ...bounded, catchup }), '2026-01-01', '2026-01-31')).toEqual(['2026-01-02T02:00:00.000Z', '2026-01-03T02:00:00.000Z'])
  })

  it('leave out what the schedule is still to make: intervals that have not ended', () => {
    expect(dates(dag({ schedule: cron('0 * * * *') }), '2026-06-15T08:00Z', '2026-06-15T10:30Z')).toEqual(['2026-06-15T08:00:00.000Z', '2026-06-15T09:00:00.000Z'])
  })

  it('of an interval schedule keep to its anchor', () => {
    expect(dates(dag({ schedule: { kind: 'interval', every: 3_600_000 }, start: at('2026-01-01T00:20:00Z') }), '2026-02-01T00:00', '2026-02-01T02:00')).toEqual(['2026-02-01T00:20:00.000Z', '2026-02-01T01:20:00.000Z'])
  })

  it('are read in the zone of the DAG; a day on which its clocks jump has each of its dates once', () => {
    const berlin = dag({ timezone: 'Europe/Berlin', schedule: cron('30 2 * * *') })
    // 29 March 2026: 02:30 does not exist and becomes the end of the gap. 26 October 2025: 02:30 comes twice and counts once.
    expect(dates(berlin, '2026-03-28', '2026-03-31')).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
    expect(dates(berlin, '2025-10-25', '2025-10-28')).toEqual(['2025-10-25T00:30:00.000Z', '2025-10-26T00:30:00.000Z', '2025-10-27T01:30:00.000Z'])
    const hourly = dag({ timezone: 'Europe/Berlin', schedule: cron('0 * * * *') })
    expect(dates(hourly, '2026-03-29', '2026-03-29T23:59')).toHaveLength(23)
    expect(dates(hourly, '2025-10-26', '2025-10-26T23:59')).toHaveLength(25)
  })

  it.each([
    ['LS_BACKFILL_RANGE', /ends before it begins/, {}, '2026-02-01', '2026-01-01'],
    ['LS_BACKFILL_RANGE', /in the future/, {}, '2026-01-01', '2026-06-16'],
    ['LS_BACKFILL_RANGE', /--from: 'tomorrow' is not a date/, {}, 'tomorrow', '2026-01-01'],
    ['LS_BACKFILL_EMPTY', /no date/, {}, '2026-01-01T03:00', '2026-01-01T04:00'],
    ['LS_BACKFILL_EMPTY', /starts at 2026-05-01/, { start: at('2026-05-01T00:00:00Z') }, '2026-01-01', '2026-02-01'],
    ['LS_BACKFILL_TOO_LARGE', /more than 10000 dates/, { schedule: cron('* * * * *') }, '2026-01-01', '2026-02-01'],
    ['LS_BACKFILL_SCHEDULE', /no schedule/, { schedule: { kind: 'none' } }, '2026-01-01', '2026-02-01'],
    ['LS_BACKFILL_SCHEDULE', /once/, { schedule: { kind: 'once' } }, '2026-01-01', '2026-02-01'],
    ['LS_BACKFILL_SCHEDULE', /assets/, { schedule: { kind: 'assets', assets: ['a'], when: 'all' } }, '2026-01-01', '2026-02-01'],
  ] as const)('are refused with %s: %s', (code, message, more, from, to) => {
    const act = (): unknown => dates(dag(more as Partial<DagSpec>), from, to)
    expect(act).toThrow(expect.objectContaining({ code }) as Error)
    expect(act).toThrow(message)
  })

  it('may be 10,000', () => {
    expect(dates(dag({ schedule: cron('* * * * *') }), '2026-01-01T00:00', '2026-01-07T22:39')).toHaveLength(10_000)
  })
})

describe('a date that has a run', () => {
  const all = datesIn(dag({}), readRange('2026-01-01', '2026-01-06', 'UTC'), NOW)
  const states = [RunState.success, RunState.failed, RunState.cancelled, RunState.queued, RunState.running]
  const existing = new Map(states.map((state, index) => [all[index]?.logicalDate as number, { run_key: index + 1, run_id: `run${index}`, state } as RunRow]))

  it.each([
    ['none', ['leave', 'leave', 'leave', 'leave', 'leave']],
    ['failed', ['leave', 'reprocess', 'reprocess', 'leave', 'leave']],
    ['completed', ['reprocess', 'reprocess', 'reprocess', 'leave', 'leave']],
  ] as const)('is decided by the rule %s, and left alone while its run is in flight', (rule, actions) => {
    expect(planDates(all, existing, rule).map(({ action }) => action)).toEqual(actions)
  })

  it('keeps the name of its run, and one without is named after its date', () => {
    expect(planDates(all.slice(0, 1), existing, 'completed')[0]).toMatchObject({ run: 'run0', runKey: 1, state: 'success' })
    expect(planDates(all.slice(0, 1), new Map(), 'none')[0]).toMatchObject({ run: 'backfill__2026-01-01T02:00:00.000Z', runKey: null, state: null })
  })
})
