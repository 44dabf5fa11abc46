import { useMutation } from '@tanstack/react-query'
import { ask, path } from '../../api/ask.js'
import type { Worker } from '../../api/flower.js'
import { queryClient } from '../../api/query-client.js'
import { tell } from '../../kit/toasts.js'

/** Stands for every queue of a worker, as the server has it (shared/protocol/wishes.ts). */
const ALL_QUEUES = '*'

export const reloadWorkers = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['workers'] })

/** Whether people want this worker to take nothing from the queue; it may not have heard of it yet. */
export const isPausedHere = ({ wanted }: Worker, queue: string): boolean => wanted !== null && (wanted.paused.includes(queue) || wanted.paused.includes(ALL_QUEUES))

/** Whether there is anything left that it takes from. */
export const isAllPaused = (worker: Worker): boolean => worker.queues.every(queue => isPausedHere(worker, queue))

interface Pausing {
  readonly verb: 'pause' | 'resume'
  /** Null: all of its queues. */
  readonly queue: string | null
}

/** Has a worker take nothing, or take work again; from one queue or from all of its own. */
export const usePause = ({ id, name }: Worker) => useMutation({
  mutationFn: ({ verb, queue }: Pausing) => ask('POST', path`/workers/${id}/${verb}`, { body: { queue } }),
  onSuccess: (_, { verb, queue }) => {
    tell(`${name} is told to ${verb === 'pause' ? 'take nothing more' : 'take work again'}${queue === null ? '' : ` from ${queue}`}.`)
    return reloadWorkers()
  },
})
