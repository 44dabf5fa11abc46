import { useSyncExternalStore } from 'react'

/** A choice that this browser remembers, and that every component on the page sees at once. */
export interface Stored<T extends string> {
  readonly get: () => T
  readonly set: (value: T) => void
  readonly use: () => T
}

export function stored<T extends string>(key: string, initial: T, allowed: readonly T[] | null): Stored<T> {
  const listeners = new Set<() => void>()
  let value = initial
  try {
    const found = localStorage.getItem(key) as T | null
    if (found !== null && (allowed === null || allowed.includes(found))) value = found
  } catch {
    // Storage may be forbidden; the choice lasts as long as the page then.
  }
  const get = () => value
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    get,
    set: next => {
      value = next
      try {
        localStorage.setItem(key, next)
      } catch {
        // As above.
      }
      for (const listener of listeners) listener()
    },
    use: () => useSyncExternalStore(subscribe, get),
  }
}
