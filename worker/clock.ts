import { performance } from 'node:perf_hooks'

/** How far the clock with fractions may be from the system's before it is set again. */
const MAX_DRIFT_MS = 5
let origin = performance.timeOrigin

/** Milliseconds since the epoch, with fractions: for what people and the database see. It follows the system's clock, also back. */
export function wallClock(): number {
  const system = Date.now()
  const precise = origin + performance.now()
  if (Math.abs(precise - system) <= MAX_DRIFT_MS) return precise
  origin = system - performance.now()
  return system
}

/** Milliseconds since some moment, never set back: for everything that is decided by time passing. */
export const monotonic = (): number => performance.now()

/** What Node's timers can count; a longer wait would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Resolves after the time (never, if that is Infinity), or at once when the signal is aborted; never rejects. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted === true) return resolve()
    const end = monotonic() + milliseconds
    let timer = setTimeout(check, Math.min(milliseconds, MAX_TIMER_MS))
    function check(): void {
      const left = end - monotonic()
      if (left < MAX_TIMER_MS / 2) done()
      else timer = setTimeout(check, Math.min(left, MAX_TIMER_MS))
    }
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
  })
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/**
 * The promise's value, or a rejection with its reason when one of the signals is aborted first. Leaves nothing on them: a listener
 * on a signal made of others stays, with all that it holds, for as long as the longest-lived of those.
 */
export async function unlessAborted<T>(promise: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  let leave = (): void => {}
  const cut = new Promise<never>((_, reject) => {
    const hear = (): void => { for (const signal of signals) if (signal.aborted) return reject(signal.reason as Error) }
    leave = () => { for (const signal of signals) signal.removeEventListener('abort', hear) }
    for (const signal of signals) signal.addEventListener('abort', hear, { once: true })
    hear()
  })
  try {
    return await Promise.race([promise, cut])
  } finally {
    leave()
  }
}

/**
 * The promise's value, or `undefined` when it takes too long, fails, or the signal is aborted: for steps that may not hold
 * up what comes after them.
 */
export async function within<T>(milliseconds: number, promise: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  const settled = new AbortController()
  const limit = signal === undefined ? settled.signal : AbortSignal.any([settled.signal, signal])
  try {
    return await Promise.race([promise.catch(() => undefined), sleep(milliseconds, limit).then(() => undefined)])
  } finally {
    settled.abort(null)
  }
}
