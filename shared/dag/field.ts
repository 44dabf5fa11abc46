import { z } from 'zod'
import { PLAIN_NAME, QUEUE_NAME, TAKEN_QUEUE_NAMES } from '../protocol/keys.js'
import { suggest } from '../suggest.js'
import { parseDuration } from '../time/duration.js'

/** Messages complete the sentence "'retries' on task 'load' …". */
type Refusal = { error: (issue: { readonly input?: unknown }) => string }

export const mustBe = (what: string): Refusal => ({ error: issue => `must be ${what}, not ${show(issue.input)}` })

export function show(value: unknown): string {
  if (typeof value === 'string') return `'${shorten(value)}'`
  if (value === undefined) return 'nothing'
  return shorten(JSON.stringify(value) ?? typeof value)
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text)

export const didYouMean = (word: string, candidates: Iterable<string>): string => {
  const near = suggest(word, candidates)
  return near === null ? '' : `; did you mean '${near}'?`
}

export const text = (what = 'a text'): z.ZodType<string> => z.string(mustBe(what)).min(1, mustBe(`${what} that is not empty`))

export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER): z.ZodType<number> => {
  const refusal = mustBe(max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`)
  return z.int(refusal).min(min, refusal).max(max, refusal)
}

/** A limit: zero is refused, because it would be read as "none" by one person and "no limit" by the next. */
export const limit = (): z.ZodType<number> => {
  const refusal = mustBe('a whole number of at least 1; zero does not mean unlimited')
  return z.int(mustBe('a whole number of at least 1')).min(1, refusal)
}

export const flag = (): z.ZodType<boolean> => z.boolean(mustBe('true or false'))

export function oneOf<const T extends readonly string[]>(choices: T): z.ZodType<T[number]> {
  return z.enum(choices, {
    error: ({ input }) => `must be one of ${choices.join(', ')}, not ${show(input)}${typeof input === 'string' ? didYouMean(input, choices) : ''}`,
  })
}

export function duration(shortest: number, why: string): z.ZodType<number> {
  return z.string(mustBe("a duration such as '30s', '5m' or '1h'")).transform((given, context) => {
    try {
      const milliseconds = parseDuration(given)
      if (milliseconds >= shortest) return milliseconds
      context.addIssue(`must be ${why}, not '${given}'`)
    } catch (error) {
      context.addIssue(`is wrong: ${(error as RangeError).message}`)
    }
    return z.NEVER
  })
}

const SIZE = /^(\d+(?:\.\d+)?)\s*([bkmgt])(?:i?b)?$/i
const BYTES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** Bytes of a text such as `512m`. */
export function size(smallest: number, smallestText: string): z.ZodType<number> {
  return z.string(mustBe("a size such as '512m' or '2g'")).transform((given, context) => {
    const match = SIZE.exec(given)
    const bytes = match ? Math.round(Number(match[1]) * (BYTES[(match[2] as string).toLowerCase()] as number)) : NaN
    if (Number.isNaN(bytes)) context.addIssue(`must be a size such as '512m' or '2g', not '${given}'`)
    else if (bytes < smallest) context.addIssue(`must be at least ${smallestText}, not '${given}'`)
    else return bytes
    return z.NEVER
  })
}

/** An object that refuses keys it does not know and suggests the near one. */
export function strict<S extends z.core.$ZodShape>(shape: S, what: string): z.ZodObject<S, z.core.$strict> {
  return z.strictObject(shape, {
    error: issue => issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => `has an unknown key '${key}'${didYouMean(key, Object.keys(shape))}`).join('; and ')
      : `must be ${what}, not ${show(issue.input)}`,
  })
}

/** The name of a queue or a pool: it appears in Redis keys, file names and metrics. */
export const plainName = (what: string): z.ZodType<string> =>
  z.string(mustBe(`the name of ${what}`)).regex(PLAIN_NAME, mustBe(`the name of ${what}: lower-case letters, digits, - and _, at most 63`))

export const queueName = (): z.ZodType<string> =>
  plainName('a queue').refine(name => !PLAIN_NAME.test(name) || QUEUE_NAME.test(name), mustBe(`another name of a queue: ${TAKEN_QUEUE_NAMES.join(', ')} are taken by keys in Redis`))

const ASSET_NAME = /^[^\s\p{C}]{1,200}$/u

/** Names of assets, such as `s3://lake/orders`, each once and sorted. */
export const assetNames = (): z.ZodType<string[]> =>
  z.array(z.string(mustBe('the name of an asset')).regex(ASSET_NAME, mustBe('the name of an asset: printable, without white space, at most 200 characters')), mustBe('a list of names of assets'))
    .transform(names => [...new Set(names)].sort())

/** What JSON can hold: anything else would come out of the database as something different. */
export const json = (): z.ZodType => z.unknown().superRefine((value, context) => {
  const stranger = notJson(value, 0)
  if (stranger !== null) context.addIssue(`must be JSON, and ${stranger} is not`)
})

const DEEPEST = 50

function notJson(value: unknown, depth: number): string | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  if (typeof value === 'number') return Number.isFinite(value) ? null : String(value)
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`
  if (depth > DEEPEST) return `what is nested more than ${DEEPEST} deep`
  if (!Array.isArray(value) && ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) return `a ${value.constructor.name}`
  for (const part of Object.values(value)) {
    const stranger = notJson(part, depth + 1)
    if (stranger !== null) return stranger
  }
  return null
}

export const argument = z.union([z.string(), z.number().transform(String)], { error: ({ input }) => `must be a text or a number, not ${show(input)}` })

export const argumentList = (whole: string): z.ZodType<string[]> =>
  z.array(argument, { error: ({ input }) => (typeof input === 'string' ? `must be a list of arguments, not one text; for a line of shell use 'shell'` : `must be ${whole}, not ${show(input)}`) })
    .min(1, mustBe(`${whole} that is not empty`))
