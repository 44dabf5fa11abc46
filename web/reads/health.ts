import { tryRedis } from '../../shared/broker/try-redis.js'
import { redisLabel } from '../../shared/broker/redis.js'
import { readRedisInfo, type RedisInfo } from '../../shared/broker/redis-info.js'
import type { Config } from '../../shared/config/schema.js'
import { now, type Database } from '../../shared/database/database.js'
import { poolUse } from '../../shared/database/pool-use.js'
import { serverVersion } from '../../shared/database/server-version.js'
import { listReleases, type ReleaseRow } from '../../shared/database/tables/releases.js'
import { listQueues, type QueueRow } from '../../shared/database/tables/queues.js'
import { listSchedulers, type SchedulerFacts, type SchedulerRow } from '../../shared/database/tables/schedulers.js'
import { LongshoreError } from '../../shared/errors.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { readWorkers, type WorkerState } from '../../shared/operations/workers.js'
import { iso } from '../../shared/time/iso.js'
import type { Health } from '../schemas/health.js'
import type { Faults } from './faults.js'

/** Three heartbeats. */
const PRESENT_MS = 15_000
const NO_LOG = 'longshore-health/none'

const instant = (time: number): string => new Date(time).toISOString()

interface Answered<T> {
  readonly value: T | null
  readonly error: string | null
  readonly ms: number | null
}

/** Asks everything that work needs, and says of each whether it answers. Never fails: what is away is told. */
export class HealthReader {
  readonly #store: LogStore

  constructor(private readonly database: Database, private readonly config: Config, private readonly faults: Faults) {
    this.#store = openLogStore(config.logStore)
  }

  async read(): Promise<Health> {
    const { config, database } = this
    const [version, info, size] = await Promise.all([
      this.#timed('the database', () => serverVersion(database)), this.#timed('Redis', () => this.#askRedis()), this.#timed('the log store', () => this.#store.size(NO_LOG)),
    ])
    // What stands in the database is not waited for when it does not answer.
    const known = version.error === null ? await this.#known() : { time: Date.now(), queues: [], schedulers: [], workers: [], releases: [] }
    const schedulers = known.schedulers.map(row => viewScheduler(row, known.time))
    const [databaseOk, brokerOk, storeOk] = [version.error === null, info.error === null, size.error === null]
    return {
      ok: databaseOk && brokerOk && storeOk && schedulers.some(({ status }) => status === 'online'), at: instant(known.time),
      database: { ok: databaseOk, error: version.error, name: database.label, version: version.value, answeredInMs: version.ms, pool: poolUse(database) },
      broker: { ok: brokerOk, error: info.error, name: redisLabel(config.redisUrl), answeredInMs: info.ms, ...viewRedis(info.value, known.time), epochs: known.queues.map(viewEpoch) },
      schedulers, workers: countWorkers(known.workers), rollout: { halted: viewHalted(known.releases) },
      logStore: { ok: storeOk, error: size.error, name: config.logStore.split('?', 1)[0] ?? '', answeredInMs: size.ms },
    }
  }

  async #timed<T>(what: string, work: () => Promise<T>): Promise<Answered<T>> {
    const startedAt = performance.now()
    try {
      const value = await work()
      this.faults.answered(what)
      return { value, error: null, ms: Math.round((performance.now() - startedAt) * 10) / 10 }
    } catch (error) {
      return { value: null, error: this.faults.failed(what, error), ms: null }
    }
  }

  async #askRedis(): Promise<RedisInfo> {
    let info: RedisInfo | null = null
    await tryRedis(this.config.redisUrl, async redis => { info = await readRedisInfo(redis) })
    if (info === null) throw new LongshoreError('LS_REDIS_UNREACHABLE', `Redis at ${redisLabel(this.config.redisUrl)} does not answer`)
    return info
  }

  async #known() {
    const { database } = this
    const time = await now(database)
    return { time, queues: await listQueues(database), schedulers: await listSchedulers(database), workers: await readWorkers(database, this.config), releases: await listReleases(database) }
  }
}

/** For those who do not look after the servers: of what kind they are, not where. */
export function withoutPlaces(health: Health): Health {
  const { database, broker, logStore } = health
  return { ...health, database: { ...database, name: kindOf(database.name) }, broker: { ...broker, name: kindOf(broker.name) }, logStore: { ...logStore, name: kindOf(logStore.name) } }
}

const kindOf = (place: string): string => place.split(':', 1)[0] ?? ''

const viewRedis = (info: RedisInfo | null, time: number) => ({
  version: info?.version ?? null, usedMemory: info?.usedMemory ?? null, maxMemory: info?.maxMemory ?? null, policy: info?.policy ?? null, clients: info?.clients ?? null,
  commandsPerSecond: info?.commandsPerSecond ?? null, upSince: info?.upSeconds == null ? null : instant(time - info.upSeconds * 1_000),
})

const viewEpoch = ({ name, epoch_counter, epoch_since, recovering_until }: QueueRow) => ({ queue: name, counter: epoch_counter, since: iso(epoch_since), recoveringUntil: iso(recovering_until) })

const viewHalted = (releases: readonly ReleaseRow[]): Health['rollout']['halted'] =>
  [...new Map(releases.filter(({ halted_at }) => halted_at !== null).map(({ version, halted_why }) => [version, { version, why: halted_why }])).values()]

function viewScheduler({ scheduler_id, facts, started_at, last_seen, left_at }: SchedulerRow, time: number): Health['schedulers'][number] {
  const { host, pid, version, notReady } = JSON.parse(facts) as SchedulerFacts
  const status = left_at !== null ? 'gone' : time - last_seen > PRESENT_MS ? 'unreachable' : 'online'
  return { id: scheduler_id, status, host, pid, version, notReady, startedAt: instant(started_at), lastSeen: instant(last_seen) }
}

function countWorkers(workers: readonly WorkerState[]): Health['workers'] {
  const count = (wanted: WorkerState['status']): number => workers.filter(({ status }) => status === wanted).length
  const online = workers.filter(({ status }) => status === 'online')
  return {
    online: count('online'), unreachable: count('unreachable'), gone: count('gone'),
    slots: online.reduce((sum, { facts }) => sum + facts.slots, 0), active: online.reduce((sum, { facts }) => sum + facts.active, 0),
  }
}
