import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { timetableOf, type DataInterval, type TimetableRun, type TimetableSpec } from './timetable.js'

const at = (iso: string): number => Date.parse(iso)
const HOUR = 3_600_000
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Apia']

/** A field of cron: anything, one value, a step, a list or a range. */
function field(low: number, high: number): fc.Arbitrary<string> {
  const value = fc.integer({ min: low, max: high })
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: value.map(String) },
    { weight: 2, arbitrary: fc.integer({ min: 2, max: high }).map(step => `*/${step}`) },
    { weight: 1, arbitrary: fc.uniqueArray(value, { minLength: 2, maxLength: 4 }).map(values => values.sort((a, b) => a - b).join(',')) },
    { weight: 1, arbitrary: fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`) },
  )
}
const anyDay = fc.constantFrom('* * *', '* * *', '* * 1-5', '1 * *', '*/10 * *', '15 */3 *', '1 1 *', '13 * 5')
const cron = fc.tuple(field(0, 59), field(0, 23), anyDay).map(parts => parts.join(' '))
const schedule = fc.oneof(
  { weight: 3, arbitrary: fc.array(cron, { minLength: 1, maxLength: 3 }).map(expressions => ({ kind: 'cron', expressions }) as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 40 * 24 * HOUR }).map(every => ({ kind: 'interval', every }) as const) },
)

/** Near a change of some zone's clocks more often than not. */
const SEAMS = ['2026-03-08T07:00Z', '2026-11-01T06:00Z', '2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-04-04T15:00Z', '2026-10-03T15:30Z', '2011-12-30T10:00Z', '2018-11-04T03:00Z', '2026-02-15T02:00Z'].map(at)
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...SEAMS), fc.integer({ min: -30 * HOUR, max: 30 * HOUR })).map(([seam, away]) => seam + away) },
  { weight: 1, arbitrary: fc.integer({ min: at('2010-01-01T00:00Z'), max: at('2035-01-01T00:00Z') }) },
)
const spec: fc.Arbitrary<TimetableSpec> = fc.record({
  schedule, timezone: fc.constantFrom(...ZONES), start: fc.option(moment), end: fc.constant(null), catchup: fc.boolean(),
}).filter(({ catchup, start }) => !catchup || start !== null)

/** The runs that a scheduler makes which looks at these moments, each time until nothing is due, and restarts in between. */
function made(timetable: TimetableSpec, looks: readonly number[], most = 20): TimetableRun[] {
  const runs: TimetableRun[] = []
  for (const now of looks) {
    // A new object, as after a restart: what is remembered is the last interval and nothing else.
    const { next } = timetableOf(timetable)
    for (let run = next(runs.at(-1) ?? null, now); run !== null && run.dueAt <= now && runs.length < most; run = next(run, now)) runs.push(run)
  }
  return runs
}

function follow(timetable: TimetableSpec, now: number, count: number): TimetableRun[] {
  const runs: TimetableRun[] = []
  const { next } = timetableOf(timetable)
  for (let run = next(null, now); run !== null && runs.length < count; run = next(run, now)) runs.push(run)
  return runs
}

const check = <T>(property: fc.IProperty<T>): void => { fc.assert(property, { numRuns: 120 }) }

describe('every timetable, whatever its schedule, zone, start and catchup,', () => {
  it('goes forward only, joins each interval to the one before, and makes a run due when its interval ends', () => {
    check(fc.property(spec, moment, (timetable, now) => {
      let before: TimetableRun | null = null
      for (const run of follow(timetable, now, 10)) {
        expect(run.dataIntervalEnd).toBeGreaterThan(run.dataIntervalStart)
        expect(run).toMatchObject({ logicalDate: run.dataIntervalStart, dueAt: run.dataIntervalEnd })
        if (timetable.start !== null) expect(run.dataIntervalStart).toBeGreaterThanOrEqual(timetable.start)
        if (before) expect(run.dataIntervalStart).toBe((before as DataInterval).dataIntervalEnd)
        before = run
      }
      expect(before).not.toBeNull()
    }))
  })

  it('with catchup makes the same runs however often and whenever a scheduler restarts', () => {
    check(fc.property(spec, moment, fc.array(fc.integer({ min: 0, max: 100 * HOUR }), { maxLength: 8 }), (given, from, steps) => {
      const timetable = { ...given, catchup: true, start: given.start ?? from }
      const looks = steps.reduce<number[]>((all, step) => [...all, (all.at(-1) as number) + step], [from])
      expect(made(timetable, looks)).toEqual(made(timetable, looks.slice(-1)))
    }))
  })

  it('without catchup, looked at in time, makes the same runs as with it', () => {
    check(fc.property(spec, moment, (given, from) => {
      const timetable = { ...given, start: from }
      const all = follow({ ...timetable, catchup: true }, from, 6)
      expect(made({ ...timetable, catchup: false }, all.map(({ dueAt }) => dueAt))).toEqual(all)
    }))
  })

  it('without catchup never makes a run twice, nor one older than the latest that is complete', () => {
    check(fc.property(spec, moment, fc.array(fc.integer({ min: 0, max: 400 * HOUR }), { maxLength: 8 }), (given, from, steps) => {
      const timetable = { ...given, catchup: false }
      let last: TimetableRun | null = null
      let now = from
      for (const step of steps) {
        now += step
        const next = timetableOf(timetable).next(last, now)
        if (next === null) throw new Error('an endless schedule ended')
        expect(next.dataIntervalStart).toBeGreaterThanOrEqual(timetableOf(timetable).lastCompletedInterval(now).dataIntervalStart)
        if (last) expect(next.dataIntervalStart).toBeGreaterThanOrEqual((last as DataInterval).dataIntervalEnd)
        if (next.dueAt <= now) last = next
      }
    }))
  })

  it('starts no interval after its end, and none is missing before it', () => {
    check(fc.property(spec, moment, fc.integer({ min: 0, max: 500 * HOUR }), (given, start, length) => {
      const endless = { ...given, catchup: true, start }
      const end = start + length
      const expected = follow(endless, start, 20).filter(({ dataIntervalStart }) => dataIntervalStart <= end)
      expect(follow({ ...endless, end }, start, 20)).toEqual(expected)
    }))
  })

  it('after any change of schedule does no data twice', () => {
    check(fc.property(spec, spec, moment, moment, (before, after, now, later) => {
      const last = follow(before, now, 3).at(-1) as TimetableRun
      const next = timetableOf(after).next(last, later)
      expect(next?.dataIntervalStart).toBeGreaterThanOrEqual(last.dataIntervalEnd)
    }))
  })

  it('gives a run by hand an interval that a schedule could have made', () => {
    check(fc.property(spec, moment, (timetable, now) => {
      const { lastCompletedInterval } = timetableOf(timetable)
      const { dataIntervalStart, dataIntervalEnd } = lastCompletedInterval(now)
      expect(dataIntervalEnd).toBeLessThanOrEqual(now)
      const [scheduled] = follow({ ...timetable, catchup: true, start: timetable.schedule.kind === 'interval' ? timetable.start : dataIntervalStart }, now, 1)
      if (timetable.schedule.kind === 'cron') expect(scheduled).toMatchObject({ dataIntervalStart, dataIntervalEnd })
      expect(lastCompletedInterval(dataIntervalEnd)).toEqual({ dataIntervalStart, dataIntervalEnd })
    }))
  })
})

describe('cron, read minute by minute from a calendar', () => {
  const DAYS_WITH_A_SEAM = [
    ['Europe/Berlin', '2026-03-29T01:00Z'], ['Europe/Berlin', '2026-10-25T01:00Z'], ['America/New_York', '2026-03-08T07:00Z'], ['America/New_York', '2026-11-01T06:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'], ['Australia/Lord_Howe', '2026-10-03T15:30Z'], ['America/Sao_Paulo', '2018-11-04T03:00Z'],
    ['America/Sao_Paulo', '2018-02-18T02:00Z'], ['Asia/Kolkata', '2026-03-29T01:00Z'], ['UTC', '2026-03-29T01:00Z'],
  ] as const
  const MINUTE = 60_000

  /** What the clocks show in the two days around a seam, as [instant, minute of the wall clock]. */
  const calendars = new Map<string, readonly (readonly [instant: number, wall: number])[]>()
  function calendar(zone: string, seam: string): readonly (readonly [instant: number, wall: number])[] {
    const key = `${zone} ${seam}`
    let found = calendars.get(key)
    if (!found) {
      const minutes = Array.from({ length: 48 * 60 }, (_, n) => at(seam) + (n - 24 * 60) * MINUTE)
      found = minutes.map(instant => [instant, instant + DateTime.fromMillis(instant, { zone }).offset * MINUTE] as const)
      calendars.set(key, found)
    }
    return found
  }

  /** The rules of docs/time.md in the plainest words, without segments and offsets. */
  function model(minutes: ReadonlySet<number>, hours: ReadonlySet<number>, days: readonly (readonly [number, number])[]): number[] {
    const matches = (wall: number): boolean => minutes.has(new Date(wall).getUTCMinutes()) && hours.has(new Date(wall).getUTCHours())
    const runs: number[] = []
    let latest = days[0]?.[1] as number
    for (const [instant, wall] of days) {
      const skipped = Array.from({ length: Math.max(0, (wall - latest) / MINUTE - 1) }, (_, n) => latest + (n + 1) * MINUTE)
      const isRepeated = wall <= latest && instant !== days[0]?.[0]
      if (hours.size === 24 ? matches(wall) : !isRepeated && [...skipped, wall].some(matches)) runs.push(instant)
      latest = Math.max(latest, wall)
    }
    return runs
  }

  it('gives the same runs as the segments of a zone, over every kind of seam', () => {
    const some = (most: number): fc.Arbitrary<number[]> => fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 5 })
    const everyHour = Array.from({ length: 24 }, (_, hour) => hour)
    check(fc.property(fc.constantFrom(...DAYS_WITH_A_SEAM), some(59), fc.oneof(some(4), some(23), fc.constant(everyHour)), ([timezone, seam], minutes, hours) => {
      const days = calendar(timezone, seam)
      const [start, end] = [days[0]?.[0] as number, days.at(-1)?.[0] as number]
      const expressions = [`${minutes.sort((a, b) => a - b).join(',')} ${hours.length === 24 ? '*' : hours.sort((a, b) => a - b).join(',')} * * *`]
      const found = follow({ schedule: { kind: 'cron', expressions }, timezone, start, end, catchup: true }, start, 1_000)
      expect(found.map(({ logicalDate }) => logicalDate)).toEqual(model(new Set(minutes), new Set(hours), days))
    }))
  })
})
