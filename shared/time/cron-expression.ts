import { CronExpressionParser } from 'cron-parser'

/**
 * One five-field cron expression over wall-clock times without a zone, written as if they were UTC milliseconds. What
 * becomes of a wall-clock time that a zone skips or repeats is decided in occurrences.ts.
 */
export interface WallClockCron {
  /** Whether it names hours, instead of running in every hour. */
  readonly namesHours: boolean
  /** The first match after the given wall-clock time. */
  readonly after: (wall: number) => number
  /** The last match before the given wall-clock time. */
  readonly before: (wall: number) => number
}

const PRESETS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@hourly~': 'H * * * *',
  '@daily~': 'H H * * *',
  '@weekly~': 'H H * * H',
  '@monthly~': 'H H H * *',
  '@yearly~': 'H H H H *',
}
export const CRON_PRESETS: readonly string[] = Object.keys(PRESETS)

/**
 * The plain five-field form of a preset or a cron expression; `H` becomes numbers hashed from the seed, the same for ever.
 * @throws RangeError with a message for the person who wrote the text
 */
export function resolveCron(text: string, seed: string): string {
  const fields = (PRESETS[text] ?? text).trim().split(/\s+/)
  if (fields.length !== 5) {
    throw new RangeError(`'${text}' has ${fields.length} fields; cron takes five: minute, hour, day of month, month, day of week`)
  }
  // A day that every month has: a job hashed to the 31st would miss five months of the year.
  if (fields[2] === 'H') fields[2] = 'H(1-28)'
  try {
    const parsed = CronExpressionParser.parse(fields.join(' '), { hashSeed: seed, tz: 'UTC', currentDate: 0 })
    parsed.next()
    return parsed.stringify()
  } catch (error) {
    throw new RangeError(`'${text}' is not a cron expression: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function wallClockCron(expression: string): WallClockCron {
  const cron = CronExpressionParser.parse(expression, { tz: 'UTC' })
  return {
    namesHours: cron.fields.hour.values.length < 24,
    after: wall => {
      cron.reset(new Date(wall))
      return cron.next().getTime()
    },
    before: wall => {
      cron.reset(new Date(wall))
      return cron.prev().getTime()
    },
  }
}
