import { endWorker, pickWorker, readWorkers, type Wanted } from '../../shared/operations/workers.js'
import { pauseWorker, resumeWorker, setWorker, type WorkerSettings } from '../../shared/operations/workers-acts.js'
import type { EndWish } from '../../shared/protocol/wishes.js'
import { wantedView, workerView, type WantedWorkerView, type WorkerView } from '../../shared/views/worker-view.js'
import type { Workers } from '../ports/workers.js'
import type { Direct } from './direct.js'

export class DirectWorkers implements Workers {
  constructor(private readonly direct: Direct) {}

  async list(withGone: boolean): Promise<readonly WorkerView[]> {
    return (await this.#read()).filter(({ status }) => withGone || status !== 'gone').map(workerView)
  }

  async show(worker: string): Promise<WorkerView> {
    return workerView(pickWorker(await this.#read(), worker))
  }

  set(worker: string, settings: WorkerSettings): Promise<WantedWorkerView> {
    const { config, database } = this.direct
    return this.#act('worker.set', { worker, ...settings }, () => setWorker(database, config, worker, settings))
  }

  pause(worker: string, queue: string | null): Promise<WantedWorkerView> {
    const { config, database, user } = this.direct
    return this.#act('worker.pause', { worker, queue }, () => pauseWorker(database, config, worker, queue, user))
  }

  resume(worker: string, queue: string | null): Promise<WantedWorkerView> {
    const { config, database } = this.direct
    return this.#act('worker.resume', { worker, queue }, () => resumeWorker(database, config, worker, queue))
  }

  drain(worker: string, how: Pick<EndWish, 'deadline' | 'then'>): Promise<WantedWorkerView> {
    const { config, database } = this.direct
    return this.#act('worker.drain', { worker, ...how }, () => endWorker(database, config, worker, how))
  }

  shutdown(worker: string): Promise<WantedWorkerView> {
    const { config, database } = this.direct
    return this.#act('worker.shutdown', { worker }, () => endWorker(database, config, worker, { deadline: 0, then: 'detach' }))
  }

  #read() {
    return readWorkers(this.direct.database, this.direct.config)
  }

  async #act(action: string, target: Readonly<Record<string, unknown>>, work: () => Promise<Wanted>): Promise<WantedWorkerView> {
    return wantedView(await this.direct.act({ action, target }, work))
  }
}
