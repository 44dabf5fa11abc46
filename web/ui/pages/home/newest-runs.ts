import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/ask.js'
import type { Paged } from '../../api/pages.js'
import type { RunItem } from '../../api/runs.js'
import { useNow } from '../../kit/time.js'

/** More are told by a plus. */
const COUNTED = 50
const DAY_MS = 24 * 3_600_000
const MINUTE_MS = 60_000

export interface NewestRuns {
  readonly items: readonly RunItem[]
  /** As it is shown, `50+` for instance. */
  readonly count: string
}

/** The newest runs in a state; of what has ended, those of the last 24 hours. Undefined until it is known. */
export function useNewestRuns(state: 'failed' | 'running'): { readonly data: NewestRuns | undefined; readonly error: unknown } {
  const { data, error } = useQuery({ queryKey: ['runs', 'newest', state], queryFn: ({ signal }) => ask<Paged<RunItem>>('GET', '/runs', { signal, query: { state, limit: COUNTED } }), refetchInterval: MINUTE_MS })
  const since = useNow(MINUTE_MS) - DAY_MS
  if (data === undefined) return { data, error }
  const items = data.items.filter(({ endedAt }) => endedAt === null || Date.parse(endedAt) >= since)
  return { data: { items, count: data.next !== null && items.length === data.items.length ? `${items.length}+` : String(items.length) }, error }
}
