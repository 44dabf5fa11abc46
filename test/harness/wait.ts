export interface UntilOptions {
  /** Milliseconds; 10 s unless told. */
  readonly timeout?: number
  /** Milliseconds between two looks; 10 unless told. */
  readonly interval?: number
  /** What is waited for, as the end of the sentence "waited 10000 ms for …". Evaluated when the time is up. */
  readonly describe?: string | (() => string)
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>

/**
 * Waits until a condition holds, and resolves with what it gave. Tests wait for states with this, never for an amount of
 * time. A condition that throws does not hold yet; the last error stands in the message when the time is up.
 */
export async function until<T>(condition: () => T | Promise<T>, { timeout = 10_000, interval = 10, describe }: UntilOptions = {}): Promise<Truthy<T>> {
  const started = performance.now()
  let failure: unknown
  let last: T | undefined
  for (;;) {
    try {
      last = await condition()
      failure = undefined
      if (last) return last as Truthy<T>
    } catch (error) {
      failure = error
    }
    if (performance.now() - started >= timeout) break
    await new Promise(resolve => setTimeout(resolve, interval))
  }
  const what = typeof describe === 'function' ? describe() : (describe ?? `${condition.toString().slice(0, 200)} to hold`)
  const end = failure === undefined ? `the last look gave ${String(last)}` : `the last look failed: ${failure instanceof Error ? failure.message : JSON.stringify(failure)}`
  throw new Error(`waited ${Math.round(performance.now() - started)} ms for ${what}; ${end}`, failure === undefined ? undefined : { cause: failure })
}

/** A pause inside a provoked fault (a partition that lasts this long). Not for waiting until something has happened. */
export const lasting = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))
