import type { LinkProps } from '@tanstack/react-router'
import type { Queue, Worker } from '../../api/flower.js'
import type { Health } from '../../api/health.js'

/** What is known of an installation; undefined: not yet. */
export interface Known {
  readonly health: Health | undefined
  readonly workers: readonly Worker[] | undefined
  readonly queues: readonly Queue[] | undefined
  /** As {@link useImportErrors} counts them. */
  readonly importErrors: string
  /** Whether a halted roll-out is told over every page already. */
  readonly isRolloutTold: boolean
}

/** Something that does not go right by itself. */
export interface Concern {
  /** `failed`: work stands still, or is not what it should be. `upstream_failed`: it soon may. */
  readonly state: 'failed' | 'upstream_failed'
  readonly text: string
  readonly link: LinkProps
}

const HEALTH = { to: '/health' } as const
const few = (names: readonly string[]): string => (names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`)
const MOST_NAMES = 3
const isOne = (count: number, one: string, many: string): string => (count === 1 ? one : many)

/** What needs somebody, the worst first. Pure. */
export function concernsOf({ health, workers, queues, importErrors, isRolloutTold }: Known): Concern[] {
  const found = [...health === undefined ? [] : ofHealth(health, isRolloutTold), ...workers === undefined ? [] : ofWorkers(workers), ...queues === undefined || workers === undefined ? [] : ofQueues(queues, workers)]
  if (importErrors !== '') found.push({ state: 'upstream_failed', text: `${importErrors} ${isOne(Number(importErrors), 'problem', 'problems')} in DAG files: the last good versions stay in force`, link: { to: '/import-errors' } })
  return found.sort((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'))
}

function ofHealth({ database, broker, logStore, schedulers, rollout }: Health, isRolloutTold: boolean): Concern[] {
  const found: Concern[] = [database, broker, logStore].flatMap(({ error }) => (error === null ? [] : [{ state: 'failed', text: error.split(';', 1)[0] ?? error, link: HEALTH }]))
  const online = schedulers.filter(({ status }) => status === 'online')
  if (database.ok && online.length === 0) found.push({ state: 'failed', text: 'no scheduler is there: nothing is scheduled, and no task is started', link: HEALTH })
  for (const { host, notReady } of online) if (notReady !== null) found.push({ state: 'upstream_failed', text: `the scheduler on ${host} is not ready: ${notReady}`, link: HEALTH })
  if (!isRolloutTold) for (const { version, why } of rollout.halted) found.push({ state: 'upstream_failed', text: `the roll-out of ${version} is halted${why === null ? '' : `: ${why}`}`, link: HEALTH })
  return found
}

function ofWorkers(workers: readonly Worker[]): Concern[] {
  const found: Concern[] = []
  const away = workers.filter(({ status }) => status === 'unreachable').map(({ name }) => name)
  if (away.length > 0) found.push({ state: 'failed', text: `${few(away)} ${isOne(away.length, 'is', 'are')} not heard of`, link: away.length === 1 ? { to: '/workers/$worker', params: { worker: away[0] ?? '' } } : { to: '/workers' } })
  for (const { name, id, status, refusing, draining } of workers) {
    if (status === 'online' && !draining && refusing.length > 0) found.push({ state: 'upstream_failed', text: `${name} takes nothing: ${refusing[0]}`, link: { to: '/workers/$worker', params: { worker: id } } })
  }
  return found
}

/** Queues in which something waits that nobody takes. */
function ofQueues(queues: readonly Queue[], workers: readonly Worker[]): Concern[] {
  const served = new Set(workers.filter(({ status, draining }) => status === 'online' && !draining).flatMap(({ queues: own }) => own))
  return queues.filter(({ waiting, queued }) => waiting + queued > 0).flatMap(({ queue, waiting, queued, paused, pausedBy, limit }): Concern[] => {
    const wait = `${waiting + queued} ${isOne(waiting + queued, 'task waits', 'tasks wait')}`
    if (paused) return [{ state: 'upstream_failed', text: `${wait} in ${queue}, which is paused${pausedBy === null ? '' : ` by ${pausedBy}`}`, link: { to: '/queues' } }]
    if (limit === 0) return [{ state: 'upstream_failed', text: `${wait} in ${queue}, which has a limit of 0`, link: { to: '/queues' } }]
    return served.has(queue) ? [] : [{ state: 'failed', text: `${wait} in ${queue}, which no worker serves`, link: { to: '/queues' } }]
  })
}
