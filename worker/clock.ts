import { performance } from 'node:perf_hooks'

/** Milliseconds since the epoch, with fractions: for what people and the database see. It can be set back. */
export const wallClock = (): number => performance.timeOrigin + performance.now()

/** Milliseconds since some moment, never set back: for everything that is decided by time passing. */
export const monotonic = (): number => performance.now()

/** Resolves after the time, or at once when the signal is aborted; never rejects. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted === true) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(milliseconds, 2 ** 31 - 1))
    signal?.addEventListener('abort', done, { once: true })
  })
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** The promise's value, or `undefined` when it takes too long or fails: for last steps that may not hold up a shutdown. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const timeout = new AbortController()
  try {
    return await Promise.race([promise.catch(() => undefined), sleep(milliseconds, timeout.signal).then(() => undefined)])
  } finally {
    timeout.abort()
  }
}
