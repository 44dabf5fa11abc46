import type { Service } from '../../shared/lifecycle.js'
import { ALL_QUEUES } from '../../shared/protocol/wishes.js'
import type { JobQueue } from '../queue/job-queue.js'
import type { QueueLinks } from '../queue/queue-link.js'

export interface ServedQueuesOptions {
  readonly links: QueueLinks
  readonly queues: readonly string[]
  /** What takes jobs of one queue while it is started. */
  readonly fetcher: (jobs: JobQueue) => Service
  /** Called when the queues that it serves, or takes work from, are others. */
  readonly onChange: () => void
}

/** The queues that this worker serves, and a fetcher for each from which it takes work. Changes come one at a time. */
export class ServedQueues implements Service {
  readonly name = 'served queues'
  readonly #fetchers = new Map<string, Service>()
  #names: readonly string[]
  #paused: ReadonlySet<string> = new Set()
  #isStarted = false
  #turn: Promise<void> = Promise.resolve()

  constructor(private readonly options: ServedQueuesOptions) {
    this.#names = options.queues
  }

  /** Those that it serves, paused or not. */
  get names(): readonly string[] {
    return this.#names
  }

  /** Those of them from which it takes nothing. */
  get paused(): readonly string[] {
    return this.#names.filter(name => this.#isPaused(name))
  }

  get jobs(): JobQueue[] {
    return this.#names.map(name => this.options.links.of(name).jobs)
  }

  async start(): Promise<void> {
    this.#isStarted = true
    await this.#adjust()
  }

  async stop(): Promise<void> {
    this.#isStarted = false
    await this.#adjust()
  }

  /** What is under way on a queue that goes, goes on. Before the start it only says with what to start. */
  async serve(names: readonly string[], paused: ReadonlySet<string>): Promise<void> {
    const before = JSON.stringify([this.#names, this.paused])
    this.#names = names
    this.#paused = paused
    if (JSON.stringify([names, this.paused]) === before) return
    await this.#adjust()
    this.options.onChange()
  }

  /** One after the other: a start must not overtake a stop. */
  #adjust(): Promise<void> {
    const turn = this.#turn.then(() => this.#startAndStop())
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #startAndStop(): Promise<void> {
    const wanted = this.#isStarted ? this.#names.filter(name => !this.#isPaused(name)) : []
    const stopped = [...this.#fetchers].filter(([name]) => !wanted.includes(name))
    for (const [name] of stopped) this.#fetchers.delete(name)
    await Promise.all(stopped.map(([, fetcher]) => fetcher.stop()))
    for (const name of wanted) {
      if (this.#fetchers.has(name)) continue
      const fetcher = this.options.fetcher(this.options.links.of(name).jobs)
      this.#fetchers.set(name, fetcher)
      await fetcher.start()
    }
  }

  #isPaused(name: string): boolean {
    return this.#paused.has(name) || this.#paused.has(ALL_QUEUES)
  }
}
