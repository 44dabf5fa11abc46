import type { Redis } from 'ioredis'
import { Presence, type WorkerPresence } from '../../shared/broker/presence.js'
import type { Host, Unit } from './host.js'
import { whyNotYet, type Seen } from './proof.js'

const ANSWER_MS = 3_000

/** Asks the services of this machine how they are: workers by what they tell in Redis, the others by their /readyz. */
export class Witness {
  constructor(private readonly host: Host, private readonly redis: Redis, private readonly prefix: string) {}

  /** Everything that runs here; `version` is what it shall be, `tasks` are containers that it had before. */
  async see(version: string, tasks: readonly string[]): Promise<Seen[]> {
    return Promise.all((await this.host.units()).map(async unit => ({ unit, notReady: unit.state === 'active' ? await this.#notReady(unit, version, tasks).catch((error: unknown) => (error as Error).message) : null })))
  }

  async #notReady(unit: Unit, version: string, tasks: readonly string[]): Promise<string | null> {
    const { url } = await this.host.settingsOf(unit)
    if (unit.role !== 'worker') return url === null ? null : ready(url)
    const worker = await this.workerOf(unit)
    if (worker === null) return 'its worker has not said that it is there'
    return whyNotYet(worker, version, tasks, await this.host.tasksOf(worker.id))
  }

  /** What the worker of a unit last said of itself; null: nothing yet. */
  async workerOf(unit: Unit): Promise<WorkerPresence | null> {
    const presence = new Presence(this.redis, this.prefix)
    for (const queue of (await this.host.settingsOf(unit)).queues) {
      const found = (await presence.readAll(queue)).workers.find(({ pid, left }) => pid === unit.pid && left !== true)
      if (found !== undefined) return found
    }
    return null
  }
}

async function ready(url: string): Promise<string | null> {
  const answer = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(ANSWER_MS) })
  if (answer.ok) return null
  const { detail } = await answer.json().catch(() => ({})) as { detail?: unknown }
  return typeof detail === 'string' ? detail : `/readyz answers with ${answer.status}`
}
