import type { WorkerSettings } from '../../shared/operations/workers-acts.js'
import type { EndWish } from '../../shared/protocol/wishes.js'
import type { WantedWorkerView, WorkerView } from '../../shared/views/worker-view.js'

/** Workers are named by their name, their id, or the beginning of it. */
export interface Workers {
  /** With those that are gone, or without. */
  list(withGone: boolean): Promise<readonly WorkerView[]>
  show(worker: string): Promise<WorkerView>
  set(worker: string, settings: WorkerSettings): Promise<WantedWorkerView>
  /** Null: all of its queues. */
  pause(worker: string, queue: string | null): Promise<WantedWorkerView>
  resume(worker: string, queue: string | null): Promise<WantedWorkerView>
  drain(worker: string, how: Pick<EndWish, 'deadline' | 'then'>): Promise<WantedWorkerView>
  shutdown(worker: string): Promise<WantedWorkerView>
}
