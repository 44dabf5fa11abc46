import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { resolveCron } from './cron-expression.js'
import { cronOccurrences, everyInterval } from './occurrences.js'

const LOS_ANGELES = 'America/Los_Angeles' // forward 2026-03-08 02:00 → 03:00, back 2026-11-01 02:00 → 01:00
const BERLIN = 'Europe/Berlin' // forward 2026-03-29 02:00 → 03:00, back 2026-10-25 03:00 → 02:00
const LORD_HOWE = 'Australia/Lord_Howe' // half an hour: back 2026-04-05 02:00 → 01:30, forward 2026-10-04 02:00 → 02:30
const ZONES = [LOS_ANGELES, BERLIN, LORD_HOWE, 'Asia/Kolkata', 'Africa/Casablanca', 'Pacific/Apia', 'UTC']

const instant = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis()
const local = (zone: string, at: number): string => DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd HH:mm ZZ")

function list(expressions: string[], zone: string, from: string, count: number): string[] {
  const occurrences = cronOccurrences(expressions, zone)
  const found: string[] = []
  for (let at = instant(from); found.length < count;) {
    at = occurrences.after(at)
    found.push(local(zone, at))
  }
  return found
}

describe('cron', () => {
  it('runs at the union of several expressions, once where they meet', () => {
    expect(list(['0 6 * * *', '0 18 * * 1-5', '0 6 1 * *'], 'UTC', '2026-01-01T00:00Z', 4)).toEqual([
      '2026-01-01 06:00 +00:00', '2026-01-01 18:00 +00:00', '2026-01-02 06:00 +00:00', '2026-01-02 18:00 +00:00',
    ])
  })

  it('skips a calendar day that a zone skipped', () => {
    expect(list(['0 12 * * *'], 'Pacific/Apia', '2011-12-29T12:00-10:00', 2)).toEqual(['2011-12-31 00:00 +14:00', '2011-12-31 12:00 +14:00'])
  })

  it('looks backward exactly as it looks forward, in every zone', () => {
    const minute = fc.constantFrom('0', '30', '*/15', '5,50', '*')
    const hour = fc.constantFrom('*', '2', '1-3', '*/2', '0,23')
    const day = fc.constantFrom('* * *', '1 * *', '* * 0')
    fc.assert(fc.property(
      fc.constantFrom(...ZONES), fc.array(fc.tuple(minute, hour, day), { minLength: 1, maxLength: 2 }),
      fc.integer({ min: instant('2011-12-25T00:00Z'), max: instant('2030-01-01T00:00Z') }),
      (zone, fields, from) => {
        const occurrences = cronOccurrences(fields.map(parts => parts.join(' ')), zone)
        let at = from
        for (let i = 0; i < 5; i += 1) {
          const next = occurrences.after(at)
          expect(next).toBeGreaterThan(at)
          if (i > 0) expect(occurrences.before(next)).toBe(at)
          expect(occurrences.after(next - 1)).toBe(next)
          at = next
        }
      },
    ), { numRuns: 300 })
  })

  it('holds its promises around every seam of every zone', () => {
    const seams = [
      [LOS_ANGELES, '2026-03-08T10:00Z'], [LOS_ANGELES, '2026-11-01T09:00Z'], [BERLIN, '2026-03-29T01:00Z'], [BERLIN, '2026-10-25T01:00Z'],
      [LORD_HOWE, '2026-04-04T15:00Z'], [LORD_HOWE, '2026-10-03T15:30Z'], ['Pacific/Apia', '2011-12-30T10:00Z'],
    ] as const
    fc.assert(fc.property(
      fc.constantFrom(...seams), fc.constantFrom('*/5 * * * *', '*/20 1-3 * * *', '0 2 * * *', '30 1 * * *', '0 */2 * * *', '15 * * * *'),
      fc.integer({ min: -200, max: 200 }),
      ([zone, seam], cron, minutes) => {
        const occurrences = cronOccurrences([cron], zone)
        const at = occurrences.after(instant(seam) + minutes * 60_000)
        expect(occurrences.after(occurrences.before(at))).toBe(at)
        expect(occurrences.before(occurrences.after(at))).toBe(at)
      },
    ), { numRuns: 500 })
  })
})

describe('H fields and spread presets', () => {
  it('are hashed from the seed, the same on every machine and every time', () => {
    expect(resolveCron('H 2 * * *', 'analytics.daily_load')).toBe(resolveCron('H  2 * * *', 'analytics.daily_load'))
    expect(resolveCron('H 2 * * *', 'analytics.daily')).toBe('18 2 * * *')
    expect(resolveCron('@daily~', 'analytics.daily')).toBe('18 20 * * *')
  })

  it('spread the runs of generated DAGs over the hour', () => {
    const minutes = Array.from({ length: 6_000 }, (_, n) => resolveCron('@hourly~', `team.generated_${n}`).split(' ')[0])
    const perMinute = new Map<string, number>()
    for (const minute of minutes) perMinute.set(minute as string, (perMinute.get(minute as string) ?? 0) + 1)
    expect(perMinute.size).toBe(60)
    expect(Math.max(...perMinute.values())).toBeLessThan(200)
  })

  it('choose a day of the month that every month has', () => {
    for (let n = 0; n < 200; n += 1) expect(Number(resolveCron('@monthly~', `dag_${n}`).split(' ')[2])).toBeLessThanOrEqual(28)
  })

  it.each([
    ['@hourly', '0 * * * *'], ['@daily', '0 0 * * *'], ['@weekly', '0 0 * * 0'], ['@monthly', '0 0 1 * *'], ['@yearly', '0 0 1 1 *'],
    ['0 0 * * SUN', '0 0 * * 0'], ['*/15 9-17 * JAN-MAR MON-FRI', '*/15 9-17 * 1-3 1-5'],
  ])('%s is %s', (text, expected) => {
    expect(resolveCron(text, 'any')).toBe(expected)
  })

  it.each([
    ['* * *', "'* * *' has 3 fields; cron takes five: minute, hour, day of month, month, day of week"],
    ['0 0 0 * * *', "'0 0 0 * * *' has 6 fields; cron takes five"],
    ['99 * * * *', "'99 * * * *' is not a cron expression: Constraint error, got value 99 expected range 0-59"],
    ['0 0 30 2 *', "'0 0 30 2 *' is not a cron expression"],
  ])('%s is refused', (text, message) => {
    expect(() => resolveCron(text, 'any')).toThrow(message)
  })
})

describe('fixed intervals', () => {
  it('count real time from their anchor in both directions', () => {
    const occurrences = everyInterval(300_000, 1_000)
    expect([occurrences.after(0), occurrences.after(1_000), occurrences.before(1_000), occurrences.before(1_001)]).toEqual([1_000, 301_000, -299_000, 1_000])
  })
})
