import { Registry } from 'prom-client'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { listQueues } from '../../shared/database/tables/queues.js'
import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { Worker } from '../../worker/worker.js'
import type { AttemptFacts, WorkerEvents } from '../../worker/worker-events.js'
import { whyNotReady } from './why-not-ready.js'

const LOOK_EVERY_MS = 500

export interface QueueWatchingWorkerOptions {
  readonly config: Config
  readonly log: Log
  readonly database: Database
  /** False: only the queues of the settings, because somebody chose them. */
  readonly all: boolean
}

/**
 * A worker that serves every queue that any DAG names. When there is a new one the worker is replaced: the old one lets go
 * of its tasks and the new one adopts them, as in an upgrade, so that no task notices.
 */
export class QueueWatchingWorker implements Service {
  readonly name = 'worker'
  readonly #loop: Loop
  #worker: Worker | null = null
  #queues: readonly string[] = []
  #registry = new Registry()
  readonly #busy = new Set<AttemptId>()
  #whenEnded: () => void = () => {}
  /** Settles when the worker was drained. */
  readonly ended = new Promise<void>(resolve => { this.#whenEnded = resolve })

  constructor(private readonly options: QueueWatchingWorkerOptions) {
    this.#loop = new Loop({ name: 'worker-queues', log: options.log, runOnce: () => this.runOnce() })
  }

  /** The registry of the worker of the moment. */
  get registry(): Registry {
    return this.#registry
  }

  /** Attempts of which something is left here: a container, a log to be put in its place. */
  get busyAttempts(): number {
    return this.#busy.size
  }

  async start(): Promise<void> {
    await this.#replace(await this.#wanted())
    if (this.options.all) await this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    await this.#worker?.stop()
    this.#worker = null
  }

  async runOnce(): Promise<number> {
    const wanted = await this.#wanted()
    // A queue that no DAG names any more may still hold work.
    if (this.#worker === null || wanted.some(queue => !this.#queues.includes(queue))) await this.#replace([...new Set([...this.#queues, ...wanted])])
    return LOOK_EVERY_MS
  }

  notReady(): string | null {
    return this.#worker === null ? 'not started' : whyNotReady(this.#worker.status())
  }

  async #wanted(): Promise<string[]> {
    const { config, database, all } = this.options
    if (!all) return [...config.queues]
    return [...new Set([...config.queues, ...(await listQueues(database)).map(({ name }) => name)])]
  }

  async #replace(queues: readonly string[]): Promise<void> {
    const { config, log } = this.options
    await this.#worker?.stop()
    this.#worker = null
    const registry = new Registry()
    const worker = new Worker({ config: Object.freeze({ ...config, queues: [...queues] }), log, registry })
    this.#count(worker.events)
    void worker.ended.then(this.#whenEnded)
    await worker.start()
    this.#registry = registry
    this.#queues = queues
    this.#worker = worker
  }

  #count(events: WorkerEvents): void {
    const taken = ({ attempt }: AttemptFacts): void => { this.#busy.add(attempt) }
    const gone = ({ attempt }: AttemptFacts): void => { this.#busy.delete(attempt) }
    events.on('claimed', taken).on('adopted', taken).on('settled', gone).on('released', gone)
  }
}
