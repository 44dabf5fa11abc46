import { keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/react-query'
import { ask, type Asking } from './ask.js'

export interface Paged<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** A list that grows by pages; the one before stays while a filter changes. */
export function usePages<T>(key: QueryKey, path: string, query: NonNullable<Asking['query']>, { refetchInterval }: { readonly refetchInterval?: number } = {}) {
  return useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) => ask<Paged<T>>('GET', path, { signal, query: { ...query, cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: keepPreviousData,
    ...(refetchInterval !== undefined && { refetchInterval }),
  })
}
