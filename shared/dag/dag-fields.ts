import { z } from 'zod'
import { parseDuration } from '../time/duration.js'
import { isZone } from '../time/zone.js'
import { assetNames, didYouMean, duration, flag, limit, mustBe, oneOf, strict, text } from './field.js'
import type { DeadlineSpec } from './model.js'
import { paramSpecProblem } from './params.js'

const PARAM_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const number = (): z.ZodType<number> => z.number(mustBe('a number'))

const param = strict({
  type: oneOf(['string', 'number', 'integer', 'boolean', 'array', 'object']),
  default: z.unknown().optional(),
  description: text().optional(),
  enum: z.array(z.unknown(), mustBe('a list of values')).min(1, mustBe('a list of at least one value')).optional(),
  minimum: number().optional(),
  maximum: number().optional(),
  pattern: text('a regular expression').optional(),
}, "an object with a type, for instance {type: 'string', default: 'eu'}").superRefine((spec, context) => {
  const problem = paramSpecProblem(spec)
  if (problem !== null) context.addIssue(problem)
})

const params = z.record(z.string(), param, mustBe('a map from names to parameters')).superRefine((map, context) => {
  for (const name of Object.keys(map)) {
    if (!PARAM_NAME.test(name)) context.addIssue({ code: 'custom', path: [name], message: 'is not a parameter name; use letters, digits and _' })
  }
})

/** Texts are read once the zone is known. */
const instant = z.union([z.date().transform(date => date.getTime()), text('a date')], mustBe("a date such as '2026-01-31'")).nullable()

const timezone = text('an IANA zone').refine(isZone, {
  error: ({ input }) => `must be an IANA zone such as 'Europe/Berlin', not ${JSON.stringify(input)}${didYouMean(String(input), Intl.supportedValuesOf('timeZone'))}`,
})

const SCHEDULE = 'a cron expression, a preset, an interval, a list of them, an object with assets or null'

/** Texts are resolved once the id is known: `H` is hashed from it. */
const schedule = z.union([
  text('a schedule'),
  z.array(text('a schedule')).min(1, mustBe('a list of at least one cron expression')),
  strict({
    assets: assetNames().refine(names => names.length > 0, mustBe('a list of at least one asset')),
    when: oneOf(['all', 'any']).default('all'),
  }, SCHEDULE),
], mustBe(SCHEDULE)).nullable()

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/
const DEADLINE = "a time of day such as '09:00' or a duration such as '2h'"

const deadline = z.string(mustBe(DEADLINE)).transform((given, context): DeadlineSpec => {
  const [, hour, minute] = TIME_OF_DAY.exec(given) ?? []
  if (hour !== undefined && minute !== undefined) return { kind: 'time', hour: Number(hour), minute: Number(minute) }
  try {
    const delay = parseDuration(given)
    if (delay > 0) return { kind: 'after', delay }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  context.addIssue(`must be ${DEADLINE}, not '${given}'`)
  return z.NEVER
}).nullable()

/** Every key of a DAG but its id, its tasks and their defaults. */
export const DAG_FIELDS = {
  description: text(),
  schedule,
  timezone,
  start: instant,
  end: instant,
  catchup: flag(),
  maxActiveRuns: limit(),
  maxActiveTasks: limit(),
  deadline,
  timeout: duration(1, 'longer than zero; zero does not mean unlimited').nullable(),
  dependsOnPast: flag(),
  waitForDownstream: flag(),
  tags: z.array(text('a tag'), mustBe('a list of texts')).transform(tags => [...new Set(tags)]),
  owner: text('a team or a person'),
  params,
  defaults: z.record(z.string(), z.unknown(), mustBe('a map of task keys')),
} as const
