import createClient, { type Client } from 'openapi-fetch'
import type { Config } from '../../shared/config/schema.js'
import { LongshoreError, type ErrorCode } from '../../shared/errors.js'
import { version } from '../../shared/version.js'
import type { paths } from '../../web/client/schema.js'
import { noAnswer } from './no-answer.js'

/** The API of a web process, by its OpenAPI document. */
export type Api = Client<paths>

/** Some acts take long: a thousand runs are cleared in one transaction. */
const ANSWER_MS = 120_000

export function openApi({ server, token }: Pick<Config, 'server' | 'token'>): Api {
  const baseUrl = server.replace(/\/+$/, '')
  return createClient<paths>({
    baseUrl, redirect: 'manual', headers: { 'user-agent': `longshore/${version()}`, ...(token !== '' && { authorization: `Bearer ${token}` }) },
    fetch: async request => {
      // What is followed has no end; the server ends it from time to time.
      const signal = request.headers.get('accept') === 'text/event-stream' ? null : AbortSignal.timeout(ANSWER_MS)
      try {
        return await fetch(request, { signal })
      } catch (error) {
        throw noAnswer(baseUrl, error)
      }
    },
  })
}

interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/** The body of a successful answer. @throws LongshoreError what the API refused it with, or LS_SERVER_UNREACHABLE */
export async function bodyOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await readable(call)
  if (response.ok) return data as T
  throw problemOf(response, error)
}

/** A page of HTML, or half an answer, is no JSON. */
async function readable<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await call
  } catch (cause) {
    if (cause instanceof LongshoreError) throw cause
    throw new LongshoreError('LS_SERVER_UNREACHABLE', `the server answered, but not as Longshore's API does: ${(cause as Error).message}`, { cause })
  }
}

/** What another answer than success says. */
export function problemOf({ status, headers, url }: Response, body: unknown): LongshoreError {
  const { code, detail, hint } = (typeof body === 'object' && body !== null ? body : {}) as { readonly code?: unknown; readonly detail?: unknown; readonly hint?: unknown }
  if (typeof code !== 'string' || typeof detail !== 'string') {
    const to = headers.get('location')
    return new LongshoreError('LS_SERVER_UNREACHABLE', `${new URL(url).origin} answered with ${status}${to === null ? '' : `, which leads to ${to}`}: that is not Longshore's API`)
  }
  // A server of a later version may know more codes.
  return new LongshoreError(code as ErrorCode, detail, { hint: HINTS[code] ?? (typeof hint === 'string' ? hint : '') })
}

/** Where somebody at a terminal does something else than the one who wrote a program. */
const HINTS: Readonly<Record<string, string>> = {
  LS_NOT_SIGNED_IN: 'Give a token that holds, in LONGSHORE_TOKEN_FILE, LONGSHORE_TOKEN or --token. `longshore tokens create NAME --user USER` on the scheduler\'s host makes one, and so does the page Tokens.',
}

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** As many of the API's longest pages as there are, or as are needed for so many items. */
export async function itemsOf<T>(read: (page: { readonly cursor?: string; readonly limit: number }) => Promise<Page<T>>, most = Infinity): Promise<T[]> {
  const items: T[] = []
  for (let next: string | null | undefined; next !== null && items.length < most;) {
    const page: Page<T> = await read({ limit: Math.min(LONGEST_PAGE, most - items.length), ...(next !== undefined && { cursor: next }) })
    items.push(...page.items)
    next = page.next
  }
  return items.slice(0, most)
}

const LONGEST_PAGE = 500
