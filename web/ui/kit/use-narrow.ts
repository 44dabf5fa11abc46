import { useSyncExternalStore } from 'react'

/** As the style sheets have it. */
const query = matchMedia('(max-width: 700px)')

const subscribe = (listener: () => void) => {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Whether the screen is a telephone's. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
