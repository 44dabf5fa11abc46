import type { Redis } from 'ioredis'
import { Gauge, type Registry } from 'prom-client'
import { readRedisInfo } from '../../shared/broker/redis-info.js'
import { now, type Database } from '../../shared/database/database.js'
import { poolUse } from '../../shared/database/pool-use.js'
import { countFilesWithProblems } from '../../shared/database/tables/dag-files.js'
import { fillOfQueues, waitingSince } from '../../shared/database/tables/queue-samples.js'
import { listQueues } from '../../shared/database/tables/queues.js'
import { listReleases } from '../../shared/database/tables/releases.js'
import { knownWorkers, WorkerPresenceState } from '../../shared/operations/workers.js'
import { readBacklog } from './read-backlog.js'
import { SharedRead } from '../../shared/shared-read.js'

/** One scrape. */
const FRESH_MS = 500

export interface Servers {
  readonly redis: Redis
}

/** Database, Redis, queues and workers as they are when Prometheus asks. What is away is told by its `up`, and what is not known then is left out. */
export function registerServerMetrics(registry: Registry, database: Database, servers: () => Servers | null): void {
  const registers = [registry]
  // Metrics are collected at the same time: each waits for the one read that sets them all.
  const gaugeOf = (read: () => Promise<void>) => (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `longshore_${name}`, help, labelNames: [...labelNames], registers, collect: read })
  const database$ = new SharedRead(() => readDatabase().then(() => { databaseUp.set(1) }, () => { databaseUp.set(0) }), FRESH_MS)
  const redis$ = new SharedRead(() => readRedis().then(isUp => { redisUp.set(isUp ? 1 : 0) }, () => { redisUp.set(0) }), FRESH_MS)
  const gauge = gaugeOf(() => database$.get())
  const ofRedis = gaugeOf(() => redis$.get())
  const databaseUp = gauge('database_up', '1 while the database answers.')
  const redisUp = ofRedis('redis_up', '1 while Redis answers.')
  const pool = gauge('database_pool_connections', 'Connections of this process to the database: used, free, or waited for.', ['state'])
  const waiting = gauge('queue_waiting', 'Task instances that could run and wait for a slot.', ['queue'])
  const active = gauge('queue_active', 'Task instances on their way to a worker or on one.', ['queue'])
  const oldest = gauge('queue_oldest_waiting_seconds', 'How long the task instance has waited that waits longest.', ['queue'])
  const paused = gauge('queue_paused', '1 while workers take nothing from a queue because somebody wants it so.', ['queue'])
  const workers = gauge('workers', 'Workers, by whether they are there.', ['status'])
  const poolTasks = gauge('worker_pool_tasks', 'Tasks that wait in the queues of a pool of workers or run on it; its share of queues that other pools serve as well.', ['pool'])
  const poolSlots = gauge('worker_pool_slots', 'Slots in service of a pool of workers.', ['pool'])
  const perSlot = gauge('worker_pool_backlog_per_slot', 'Tasks that wait or run, for each slot in service of a pool of workers: what the number of its nodes follows.', ['pool'])
  const faultyFiles = gauge('scheduler_dag_files_with_problems', 'DAG files that are refused as they are; the last good version of each stays in force.')
  const halted = gauge('rollout_halted', '1 for a version whose roll-out was halted, by a node that could not be updated or by somebody.', ['version'])
  const memory = ofRedis('redis_used_memory_bytes', 'Memory that Redis uses.')
  const limit = ofRedis('redis_max_memory_bytes', 'Memory that Redis may use; 0: no limit.')
  const clients = ofRedis('redis_clients', 'Connections to Redis.')
  const commands = ofRedis('redis_commands_per_second', 'Commands that Redis works off, as it says itself.')

  const readDatabase = async (): Promise<void> => {
    for (const one of [waiting, active, oldest, paused, workers, poolTasks, poolSlots, perSlot, halted]) one.reset()
    faultyFiles.remove()
    const { used, free, waiting: wanted } = poolUse(database)
    for (const [state, count] of [['used', used], ['free', free], ['waiting', wanted]] as const) pool.set({ state }, count)
    const time = await now(database)
    const fill = await fillOfQueues(database)
    for (const { name: queue, is_paused } of await listQueues(database)) {
      const { waiting: waits = 0, active: runs = 0 } = fill.get(queue) ?? {}
      waiting.set({ queue }, waits)
      active.set({ queue }, runs)
      paused.set({ queue }, is_paused)
      const since = waits === 0 ? null : await waitingSince(database, queue)
      oldest.set({ queue }, since === null ? 0 : Math.max(0, time - since) / 1_000)
    }
    for (const { pool, tasks, slots, perSlot: value } of await readBacklog(database)) {
      poolTasks.set({ pool }, tasks)
      poolSlots.set({ pool }, slots)
      perSlot.set({ pool }, value)
    }
    faultyFiles.set(await countFilesWithProblems(database))
    for (const { version, halted_at } of await listReleases(database)) if (halted_at !== null) halted.set({ version }, 1)
    const known = await knownWorkers(database)
    for (const status of Object.values(WorkerPresenceState)) workers.set({ status }, known.filter(worker => worker.status === status).length)
  }
  const readRedis = async (): Promise<boolean> => {
    for (const one of [memory, limit, clients, commands]) one.remove()
    const redis = servers()?.redis
    if (redis === undefined) return false
    const info = await readRedisInfo(redis)
    memory.set(info.usedMemory ?? 0)
    limit.set(info.maxMemory ?? 0)
    clients.set(info.clients ?? 0)
    commands.set(info.commandsPerSecond ?? 0)
    return true
  }
}
