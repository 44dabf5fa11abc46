import type { WorkerSettings } from '../../shared/operations/workers-acts.js'
import type { EndWish } from '../../shared/protocol/wishes.js'
import type { WantedWorkerView, WorkerView } from '../../shared/views/worker-view.js'
import type { Workers } from '../ports/workers.js'
import { bodyOf, type Api } from './api.js'

export class RemoteWorkers implements Workers {
  constructor(private readonly api: Api) {}

  async list(gone: boolean): Promise<readonly WorkerView[]> {
    return (await bodyOf(this.api.GET('/api/v1/workers', { params: { query: { gone: String(gone) } } }))).items
  }

  async show(worker: string): Promise<WorkerView> {
    const { attempts: _, ...view } = await bodyOf(this.api.GET('/api/v1/workers/{worker}', { params: { path: { worker } } }))
    return view
  }

  set(worker: string, { concurrency, queues, add = [], remove = [] }: WorkerSettings): Promise<WantedWorkerView> {
    const body = { ...(concurrency !== undefined && { concurrency }), ...(queues !== undefined && { queues: queues === null ? null : [...queues] }), add: [...add], remove: [...remove] }
    return bodyOf(this.api.PATCH('/api/v1/workers/{worker}', { params: { path: { worker } }, body }))
  }

  pause(worker: string, queue: string | null): Promise<WantedWorkerView> {
    return bodyOf(this.api.POST('/api/v1/workers/{worker}/pause', { params: { path: { worker } }, body: { queue } }))
  }

  resume(worker: string, queue: string | null): Promise<WantedWorkerView> {
    return bodyOf(this.api.POST('/api/v1/workers/{worker}/resume', { params: { path: { worker } }, body: { queue } }))
  }

  drain(worker: string, { deadline, then }: Pick<EndWish, 'deadline' | 'then'>): Promise<WantedWorkerView> {
    return bodyOf(this.api.POST('/api/v1/workers/{worker}/drain', { params: { path: { worker } }, body: { deadlineMs: deadline, stopTasks: then === 'stop' } }))
  }

  shutdown(worker: string): Promise<WantedWorkerView> {
    return bodyOf(this.api.POST('/api/v1/workers/{worker}/shutdown', { params: { path: { worker } } }))
  }
}
