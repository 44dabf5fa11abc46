import { z } from 'zod'
import { waitUntil } from '../time/wait-until.js'
import { idProblem, RESERVED_PREFIX } from './ids.js'
import { duration, mustBe, oneOf, strict, text, wholeNumber } from './field.js'
import type { WaitSpec } from './model.js'
import { isTemplate } from './template-engine.js'

const CONDITIONS = ['until', 'dag', 'http', 'event'] as const
/** Keys that refine one condition. */
const COMPANIONS = { task: 'dag', offset: 'dag', method: 'http', headers: 'http', status: 'http', contains: 'http' } as const

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const EVENT_NAME = /^[^\s\p{C}]{1,200}$/u
export const AN_EVENT_NAME = 'the name of an event: printable, without white space, at most 200 characters'
export const isEventName = (name: string): boolean => EVENT_NAME.test(name)

const until = z.union([z.date().transform(date => date.toISOString()), text("a time such as '09:30', a date, or a duration such as '2h'")], mustBe("a time such as '09:30', a date, or a duration such as '2h'"))
  .superRefine((given, context) => {
    if (isTemplate(given)) return
    try {
      waitUntil(given, { dataIntervalEnd: 0, timezone: 'UTC' })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      context.addIssue(`is wrong: ${error.message}`)
    }
  })

const id = (what: string): z.ZodType<string> => text(`the id of ${what}`).superRefine((given, context) => {
  const problem = idProblem(what, given)
  if (problem !== null) context.addIssue(isTemplate(given) ? `must be the id of ${what} itself: templates are not replaced here` : `is wrong: ${problem}`)
})
export const dagId = (): z.ZodType<string> => id('a DAG').refine(dag => !dag.startsWith(RESERVED_PREFIX), mustBe(`a DAG of yours: those that begin with '${RESERVED_PREFIX}' are Longshore's own`))

const url = text('an address').superRefine((given, context) => {
  if (isTemplate(given) ? !/^(\{|https?:\/\/)/i.test(given) : !isWebAddress(given)) context.addIssue(`must be an address that begins with http:// or https://, not '${given}'`)
})

export const isWebAddress = (given: string): boolean => /^https?:\/\//i.test(given) && URL.canParse(given)

const headers = z.record(z.string(), z.string(mustBe('a text')), mustBe('a map from names to texts')).superRefine((map, context) => {
  for (const [name, value] of Object.entries(map)) {
    if (!HEADER_NAME.test(name)) context.addIssue({ code: 'custom', path: [name], message: 'is not the name of a header' })
    if (/[\r\n]/.test(value)) context.addIssue({ code: 'custom', path: [name], message: 'must be one line' })
  }
})

const statusCode = wholeNumber(100, 599)
const status = z.union([statusCode.transform(code => [code]), z.array(statusCode).min(1, mustBe('a list of at least one status code'))], mustBe('a status code or a list of them'))
  .transform(codes => [...new Set(codes)].sort((a, b) => a - b))

const event = text('the name of an event').refine(name => isTemplate(name) || isEventName(name), mustBe(AN_EVENT_NAME))

const keys = strict({
  until: until.optional(),
  dag: dagId().optional(),
  task: id('a task').optional(),
  offset: duration(0, 'zero or longer').optional(),
  http: url.optional(),
  method: oneOf(['GET', 'HEAD', 'POST']).optional(),
  headers: headers.optional(),
  status: status.optional(),
  contains: text().optional(),
  event: event.optional(),
  onTimeout: oneOf(['fail', 'skip']).default('fail'),
}, "an object with one of 'until', 'dag', 'http' and 'event'")

/** What a task waits for. */
export const waitField = keys.transform((given, context): WaitSpec => {
  // A misspelt condition has been reported and must not be missed as well.
  if (context.issues.length > 0) return z.NEVER
  const found = CONDITIONS.filter(key => given[key] !== undefined)
  const [condition] = found
  if (condition === undefined) context.addIssue("must say what to wait for: 'until', 'dag', 'http' or 'event'")
  else if (found.length > 1) context.addIssue(`waits for ${found.map(key => `'${key}'`).join(' and ')} at once; make a task of each`)
  else {
    for (const [key, of] of Object.entries(COMPANIONS)) {
      if (given[key as keyof typeof COMPANIONS] !== undefined && of !== condition) context.addIssue({ code: 'custom', path: [key], message: `has no meaning beside '${condition}'; it belongs to '${of}'` })
    }
    if (given.method === 'HEAD' && given.contains !== undefined) context.addIssue({ code: 'custom', path: ['contains'], message: 'can never be met: an answer to HEAD has no body' })
  }
  const { onTimeout } = given
  if (given.until !== undefined) return { kind: 'time', until: given.until, onTimeout }
  if (given.dag !== undefined) return { kind: 'dag', dag: given.dag, task: given.task ?? null, offset: given.offset ?? 0, onTimeout }
  if (given.event !== undefined) return { kind: 'event', event: given.event, onTimeout }
  if (given.http === undefined) return z.NEVER
  const { http, method = 'GET', headers: sent = {}, status: codes = [], contains = null } = given
  return { kind: 'http', url: http, method, headers: sent, status: codes, contains, onTimeout }
})
