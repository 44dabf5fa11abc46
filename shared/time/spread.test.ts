import { describe, expect, it } from 'vitest'
import { resolveCron } from './cron-expression.js'
import { SLOT, slotOf, SLOTS, spreadOf, withHashedTimes, type ScheduledDag } from './spread.js'

const FROM = Date.parse('2026-01-05T10:20Z')
const cron = (dag: string, tasks: number, ...expressions: string[]): ScheduledDag =>
  ({ dag, tasks, schedule: { kind: 'cron', expressions: expressions.map(text => resolveCron(text, dag)) }, timezone: 'UTC', start: null, end: null, catchup: false })
const every = (dag: string, tasks: number, ms: number, start: number | null = null): ScheduledDag => ({ ...cron(dag, tasks), schedule: { kind: 'interval', every: ms }, start })

/** The slots that are not empty, as times of day. */
const filled = (dags: readonly ScheduledDag[]): Record<string, number> => Object.fromEntries(
  spreadOf(dags, FROM).slots.map((tasks, index) => [new Date(FROM + index * SLOT).toISOString().slice(11, 16), tasks] as const).filter(([, tasks]) => tasks > 0))

describe('the spread of task starts', () => {
  it('counts each run with its tasks in the ten minutes in which it is due, in the DAG\'s zone', () => {
    expect(filled([cron('a', 3, '5 12 * * *'), cron('b', 2, '9 12 * * *', '0 0 * * *'), { ...cron('c', 7, '0 9 * * *'), timezone: 'Asia/Kolkata' }])).toEqual({ '12:00': 5, '00:00': 2, '03:30': 7 })
  })

  it('covers exactly one day', () => {
    const { slots, total } = spreadOf([cron('a', 1, '* * * * *')], FROM)
    expect(slots).toEqual(new Array(SLOTS).fill(10))
    expect(total).toBe(1_440)
    expect(filled([cron('a', 1, '20 10 * * *')])).toEqual({ '10:20': 1 })
    expect(filled([cron('a', 1, '19 10 * * *')])).toEqual({ '10:10': 1 })
  })

  it('counts intervals from their start, and a single run', () => {
    expect(filled([every('a', 2, 8 * 3_600_000, Date.parse('2026-01-01T01:35Z'))])).toEqual({ '17:30': 2, '01:30': 2, '09:30': 2 })
    expect(filled([{ ...every('a', 2, 1), schedule: { kind: 'once' }, start: FROM + 3 * SLOT }])).toEqual({ '10:50': 2 })
    expect(filled([{ ...every('a', 2, 1), schedule: { kind: 'once' }, start: FROM - 1 }])).toEqual({})
  })

  it('leaves out what has not begun, what has ended, and what no clock starts', () => {
    const hourly = cron('a', 1, '0 */6 * * *')
    expect(filled([{ ...hourly, start: FROM }])).toEqual({ '18:00': 1, '00:00': 1, '06:00': 1 })
    expect(filled([{ ...hourly, end: FROM }])).toEqual({ '12:00': 1 })
    expect(filled([{ ...hourly, schedule: { kind: 'none' } }, { ...hourly, schedule: { kind: 'assets', assets: ['x'], when: 'all' } }])).toEqual({})
    expect(spreadOf([], FROM)).toEqual({ slots: new Array(SLOTS).fill(0), total: 0, peak: null })
  })

  it('does not mistake DAGs with the same schedule and another start for one', () => {
    expect(filled([cron('a', 1, '0 12 * * *'), { ...cron('b', 2, '0 12 * * *'), start: FROM + 30 * 86_400_000 }])).toEqual({ '12:00': 1 })
    expect(filled([every('a', 1, 86_400_000, 0), every('b', 2, 86_400_000, 3_600_000)])).toEqual({ '00:00': 1, '01:00': 2 })
  })

  it('names the peak and who stands in it, the largest first', () => {
    const { peak } = spreadOf([cron('a', 1, '0 12 * * *'), cron('b', 5, '3 12 * * *', '6 12 * * *'), cron('c', 1, '0 12 * * *'), cron('d', 9, '0 13 * * *')], FROM)
    expect(peak).toEqual({ at: Date.parse('2026-01-05T12:00Z'), tasks: 12, dags: [{ dag: 'b', tasks: 10 }, { dag: 'a', tasks: 1 }, { dag: 'c', tasks: 1 }] })
  })

  it('has slots that begin on the clock', () => {
    expect(slotOf(FROM + 599_999)).toBe(FROM)
  })
})

describe('the spread with H', () => {
  const after = (dag: string, ...texts: string[]): unknown => withHashedTimes(cron(dag, 1, ...texts)).schedule

  it('flattens a stampede and loses no run', () => {
    const dags = Array.from({ length: 600 }, (_, n) => cron(`team.generated_${n}`, 2, n % 2 === 0 ? '@daily' : '@hourly'))
    const [before, spread] = [spreadOf(dags, FROM), spreadOf(dags.map(withHashedTimes), FROM)]
    expect(before.peak?.tasks).toBe(1_200)
    expect(spread.peak?.tasks).toBeLessThan(200)
    expect(spread.total).toBe(before.total)
  })

  it.each([
    ['0 * * * *', 'H * * * *'], ['0 0 * * *', 'H H * * *'], ['@weekly', 'H H * * 0'], ['30 9 * * 1-5', 'H H * * 1-5'], ['0 */2 * * *', 'H */2 * * *'], ['0 9,17 * * *', 'H 9,17 * * *'],
  ])('takes %s for %s', (written, spread) => {
    expect(after('analytics.daily', written)).toEqual({ kind: 'cron', expressions: [resolveCron(spread, 'analytics.daily')] })
  })

  it.each(['@hourly~', '@daily~', '@monthly~', 'H 2 * * *', 'H H * * 1', '*/15 * * * *', '5,35 * * * *', '* 3 * * *', '0-10 0 * * *'])('leaves %s as it is', written => {
    expect(after('analytics.daily', written)).toEqual(cron('analytics.daily', 1, written).schedule)
  })

  it('leaves what is not cron as it is, and the hours of several expressions', () => {
    expect(withHashedTimes(every('a', 1, 3_600_000))).toEqual(every('a', 1, 3_600_000))
    expect(after('analytics.daily', '0 0 * * *', '0 12 * * *')).toEqual({ kind: 'cron', expressions: ['18 0 * * *', '18 12 * * *'] })
  })
})
