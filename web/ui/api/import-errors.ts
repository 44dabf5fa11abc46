import { useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import type { Paged } from './pages.js'

const COUNTED = 20
const AGAIN_MS = 60_000

/** How many problems DAG files have; empty for none. */
export function useImportErrors(): string {
  const { data } = useQuery({ queryKey: ['import-errors', 'count'], queryFn: ({ signal }) => ask<Paged<unknown>>('GET', '/import-errors', { signal, query: { limit: COUNTED } }), refetchInterval: AGAIN_MS })
  const count = data?.items.length ?? 0
  return count === 0 ? '' : data?.next == null ? String(count) : `${count}+`
}
