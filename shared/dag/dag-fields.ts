import { z } from 'zod'
import { isZone } from '../time/zone.js'
import { didYouMean, flag, limit, mustBe, oneOf, strict, text } from './field.js'
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

/** Every key of a DAG but its id, its tasks and their defaults. */
export const DAG_FIELDS = {
  description: text(),
  schedule: z.union([text('a schedule'), z.array(text('a schedule')).min(1, mustBe('a list of at least one cron expression'))], mustBe('a cron expression, a preset, an interval, a list of them or null')).nullable(),
  timezone,
  start: instant,
  end: instant,
  catchup: flag(),
  maxActiveRuns: limit(),
  maxActiveTasks: limit(),
  tags: z.array(text('a tag'), mustBe('a list of texts')).transform(tags => [...new Set(tags)]),
  owner: text('a team or a person'),
  params,
  defaults: z.record(z.string(), z.unknown(), mustBe('a map of task keys')),
} as const
