import type { WaitSpec } from '../../shared/dag/model.js'
import { version } from '../../shared/version.js'

export type HttpWait = Extract<WaitSpec, { readonly kind: 'http' }>

export interface HttpAnswer {
  readonly isMet: boolean
  readonly because: string
}

/** Longest time that one question takes, redirects and body included. */
export const HTTP_TIMEOUT_MS = 10_000
const MAX_REDIRECTS = 5
const MAX_BODY_BYTES = 1024 * 1024
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** After one of these the question is asked as a GET, as browsers do. */
const BECOMES_GET: ReadonlySet<number> = new Set([301, 302, 303])
/** Not shown to another server than the one that they were written for. */
const SECRETS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** Asks once. Whatever goes wrong on the way means "not yet". */
export async function askHttp(wait: HttpWait, stop: AbortSignal, timeoutMs = HTTP_TIMEOUT_MS): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await follow(wait, AbortSignal.any([timeout, stop]))
  } catch (error) {
    return { isMet: false, because: timeout.aborted ? `${shown(wait.url)} did not answer within ${timeoutMs / 1_000} s` : `${shown(wait.url)} could not be asked: ${reason(error)}` }
  }
}

async function follow(wait: HttpWait, signal: AbortSignal): Promise<HttpAnswer> {
  let { url, method } = wait
  let headers: Record<string, string> = { 'user-agent': `longshore/${version()}`, ...lowerCase(wait.headers) }
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(url, { method, headers, redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (isWanted(wait, response) || !REDIRECTS.has(response.status) || location === null) return judge(wait, url, response)
    await response.body?.cancel()
    if (hops === MAX_REDIRECTS) return { isMet: false, because: `${shown(wait.url)} redirects more than ${MAX_REDIRECTS} times` }
    const next = new URL(location, url)
    if (next.protocol !== 'http:' && next.protocol !== 'https:') return { isMet: false, because: `${shown(url)} redirects to ${next.protocol}` }
    if (next.origin !== new URL(url).origin) headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRETS.has(name)))
    if (BECOMES_GET.has(response.status) && method === 'POST') method = 'GET'
    url = next.href
  }
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const isWanted = ({ status }: HttpWait, response: Response): boolean => (status.length === 0 ? response.ok : status.includes(response.status))

async function judge(wait: HttpWait, url: string, response: Response): Promise<HttpAnswer> {
  const answered = `${shown(url)} answered ${response.status}`
  if (!isWanted(wait, response) || wait.contains === null) {
    await response.body?.cancel()
    if (isWanted(wait, response)) return { isMet: true, because: answered }
    return { isMet: false, because: `${answered}; it must be ${wait.status.length === 0 ? '200 to 299' : wait.status.join(' or ')}` }
  }
  const { text, isWhole } = await readBody(response)
  if (text.includes(wait.contains)) return { isMet: true, because: `${answered} with '${clip(wait.contains)}'` }
  return { isMet: false, because: `${answered} without '${clip(wait.contains)}'${isWhole ? '' : ` in the first ${MAX_BODY_BYTES / 1024 / 1024} MiB`}` }
}

/** Reads no more than it may: a server that never stops must not fill the memory of the scheduler. */
async function readBody(response: Response): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = []
  let bytes = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const chunk = part.value as Uint8Array
    parts.push(chunk.subarray(0, MAX_BODY_BYTES - bytes))
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel()
      return { text: Buffer.concat(parts).toString('utf8'), isWhole: false }
    }
  }
  return { text: Buffer.concat(parts).toString('utf8'), isWhole: true }
}

/** Without what may be secret: queries and credentials. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** The cause says more than `fetch failed`. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  const { code, message } = cause ?? {}
  if (typeof code === 'string') return code
  return typeof message === 'string' && message !== '' ? message : (error as Error).message
}
