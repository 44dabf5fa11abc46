import type { QueueState } from '../../shared/operations/queues.js'
import type { Queues } from '../ports/queues.js'
import { bodyOf, type Api } from './api.js'

export class RemoteQueues implements Queues {
  constructor(private readonly api: Api) {}

  async list(): Promise<readonly QueueState[]> {
    const { items } = await bodyOf(this.api.GET('/api/v1/queues'))
    return items.map(({ queue, waiting, active, queued, limit, paused, pausedBy, pausedAt }) => ({ queue, waiting, active, queued, limit, paused, pausedBy, pausedAt }))
  }

  async limit(queue: string, limit: number | null): Promise<void> {
    await bodyOf(this.api.PATCH('/api/v1/queues/{queue}', { params: { path: { queue } }, body: { limit } }))
  }

  async setPaused(queue: string, paused: boolean): Promise<boolean> {
    return (await bodyOf(this.api.PATCH('/api/v1/queues/{queue}', { params: { path: { queue } }, body: { paused } }))).told
  }
}
