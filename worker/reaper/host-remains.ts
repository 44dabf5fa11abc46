import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { PRESENT_MS, Presence, type WorkerPresence } from '../../shared/broker/presence.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { QUEUE_NAME, queueKeys } from '../../shared/protocol/keys.js'
import type { DockerThing } from '../executors/docker/docker-things.js'

/** What is known of a thing's worker and of its attempt. */
export interface Surroundings {
  /** Whether the state directory that its label names is there and this worker's; null when that cannot be told. */
  readonly stateDirectory: boolean | null
  /** What Redis knows of the worker. */
  readonly worker: 'present' | 'away' | 'unknown'
  /** Whether any worker has the lease of its attempt. */
  readonly isLeased: boolean
  /** Whether the operator has named the worker. */
  readonly isNamed: boolean
  readonly now: number
}

export interface Verdict {
  readonly isRemovable: boolean
  readonly why: string
}

/**
 * Whether nobody will ever come for what a worker has left. Careful by design: another installation on the same Docker
 * has workers that this Redis has never heard of, and a worker in a container has a directory that cannot be seen from here.
 */
export function judge({ keptUntil }: Pick<DockerThing, 'keptUntil'>, { stateDirectory, worker, isLeased, isNamed, now }: Surroundings): Verdict {
  const stays = (why: string): Verdict => ({ isRemovable: false, why })
  const goes = (why: string): Verdict => ({ isRemovable: true, why })
  if (stateDirectory === true) return stays('its worker\'s state directory is here: the next process on it goes on')
  if (worker === 'present') return stays('its worker is online')
  if (keptUntil !== null && keptUntil > now) return stays(`it is kept until ${new Date(keptUntil).toISOString()}`)
  if (worker === 'unknown' && !isNamed) return stays('this Redis does not know its worker, which may be another installation\'s; --worker names it')
  // A directory that cannot be seen can be that of a worker in a container, or on a volume that is not mounted now: an upgrade looks like this.
  if (isLeased && !(stateDirectory === false && isNamed)) return stays(stateDirectory === false ? 'its attempt has a lease; if its worker will not come back, --worker names it' : 'its attempt has a lease')
  if (stateDirectory === false) return goes('its worker\'s state directory is gone')
  return goes('its lease is over and its worker is gone')
}

export interface HostRemain {
  readonly thing: DockerThing
  readonly verdict: Verdict
}

export interface HostRemainsOptions {
  readonly redis: Redis
  readonly prefix: string
  /** Whether Docker runs where this process does, so that directories can be looked for. */
  readonly isLocal: boolean
  /** Ids of workers, or their beginnings, that the operator has named. */
  readonly named: readonly string[]
  readonly now: number
}

/** Judges everything that workers have made on a Docker. */
export async function hostRemains(things: readonly DockerThing[], { redis, prefix, isLocal, named, now }: HostRemainsOptions): Promise<HostRemain[]> {
  const queues = [...new Set(things.map(({ queue }) => queue ?? '').filter(queue => QUEUE_NAME.test(queue)))]
  const presence = new Presence(redis, prefix)
  const seen = new Map<string, WorkerPresence & { readonly isPresent: boolean }>()
  for (const queue of queues) {
    const { now: theirs, workers } = await presence.readAll(queue)
    for (const worker of workers) {
      const isPresent = worker.left !== true && theirs - worker.at <= PRESENT_MS
      if (isPresent || !seen.has(worker.id)) seen.set(worker.id, { ...worker, isPresent })
    }
  }
  const leased = await leases(redis, prefix, things)
  return Promise.all(things.map(async thing => {
    const known = seen.get(thing.worker)
    const isNamed = named.some(name => thing.worker.startsWith(name))
    const verdict = judge(thing, {
      stateDirectory: isLocal ? await isStateDirectory(thing) : null, worker: known === undefined ? 'unknown' : known.isPresent ? 'present' : 'away',
      isLeased: leased.has(thing), isNamed, now,
    })
    return { thing, verdict }
  }))
}

async function leases(redis: Redis, prefix: string, things: readonly DockerThing[]): Promise<Set<DockerThing>> {
  const asked = things.filter(({ attempt, queue }) => attempt !== null && queue !== null && QUEUE_NAME.test(queue))
  // One by one, as the queues of a cluster lie on different nodes.
  const owners = await Promise.all(asked.map(({ attempt, queue }) => redis.get(queueKeys(prefix, queue as string).lease(attempt as AttemptId))))
  return new Set(asked.filter((_, index) => owners[index] !== null))
}

/** Null when it cannot be told: there is no label, or this user may not look. */
async function isStateDirectory({ worker, stateDirectory }: DockerThing): Promise<boolean | null> {
  if (stateDirectory === null) return null
  try {
    const { worker: owner } = JSON.parse(await readFile(join(stateDirectory, 'identity.json'), 'utf8')) as { worker?: unknown }
    return owner === worker
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? false : null
  }
}
