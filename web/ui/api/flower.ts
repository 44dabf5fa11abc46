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

/** Tasks that could run and that no worker has: they wait for a slot, or for a worker to take them. */
export const waitingIn = ({ waiting, queued }: Queue): number => waiting + queued
export const takenIn = ({ active, queued }: Queue): number => active - queued
/** Since when the one of them could run that has waited longest. */
export const oldestIn = ({ oldestWaitingAt, oldestQueuedAt }: Queue): string | null => [oldestWaitingAt, oldestQueuedAt].filter(at => at !== null).sort()[0] ?? null
