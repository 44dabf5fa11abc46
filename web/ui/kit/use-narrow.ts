import { useSyncExternalStore } from 'react'

/** Whether the window is as this says, as the style sheets have it. */
function mediaHook(condition: string): () => boolean {
  const query = matchMedia(condition)
  const subscribe = (listener: () => void) => {
    query.addEventListener('change', listener)
    return () => query.removeEventListener('change', listener)
  }
  return () => useSyncExternalStore(subscribe, () => query.matches)
}

/** Whether the screen is a telephone's. */
export const useNarrow = mediaHook('(max-width: 700px)')

/** Whether there is room for something beside a grid. */
export const useWide = mediaHook('(min-width: 1200px)')
