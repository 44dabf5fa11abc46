import { useQuery } from '@tanstack/react-query'
import { ask, path } from './ask.js'
import type { Schema } from './schema.js'

export type Worker = Schema<'Worker'>
export type WorkerDetails = Schema<'WorkerDetails'>
export type Queue = Schema<'Queue'>

interface Items<T> {
  readonly items: readonly T[]
}

/** What no change is told of (load, rates) is looked at this often. */
const AGAIN_MS = 5_000

export const useWorkers = () => useQuery({ queryKey: ['workers'], queryFn: ({ signal }) => ask<Items<Worker>>('GET', '/workers', { signal }), refetchInterval: AGAIN_MS })
export const useWorker = (worker: string) => useQuery({ queryKey: ['workers', worker], queryFn: ({ signal }) => ask<WorkerDetails>('GET', path`/workers/${worker}`, { signal }), refetchInterval: AGAIN_MS })
export const useQueues = () => useQuery({ queryKey: ['queues'], queryFn: ({ signal }) => ask<Items<Queue>>('GET', '/queues', { signal }), refetchInterval: AGAIN_MS })
