import type { TaskKind } from './model.js'
import type { Problems, Subject } from './problems.js'
import type { TaskValues } from './task.js'

type Key = keyof TaskValues

/** What only a container has. */
const OF_CONTAINERS = ['image', 'entrypoint', 'mounts', 'network', 'user', 'cpus', 'memory', 'shm', 'gpus', 'readOnly', 'capAdd', 'pull', 'labels'] as const
/** What a task has because a worker runs it in a slot and it exits with a code. */
const OF_WORKERS = [
  'command', 'shell', 'env', 'secrets', 'workdir', 'stopGrace', 'queue', 'pool', 'poolSlots', 'maxActive', 'weightRule', 'startTimeout',
  'skipExitCodes', 'failExitCodes', 'notYetExitCode', 'shortCircuit',
] as const
const OF_RETRIES = ['retries', 'retryDelay', 'backoff', 'maxRetryDelay'] as const

/** Written on a task of this kind they are errors; the defaults of its DAG are kept from it. */
const MEANINGLESS: Readonly<Record<TaskKind, readonly Key[]>> = {
  container: ['wait', 'trigger'],
  process: [...OF_CONTAINERS, 'wait', 'trigger'],
  empty: [...OF_CONTAINERS, ...OF_WORKERS, ...OF_RETRIES, 'timeout', 'pokeInterval', 'result', 'branch', 'wait', 'trigger'],
  wait: [...OF_CONTAINERS, ...OF_WORKERS, ...OF_RETRIES, 'trigger'],
  trigger: [...OF_CONTAINERS, ...OF_WORKERS, 'pokeInterval', 'result', 'branch', 'wait'],
}

export const runsOnWorkers = (kind: TaskKind): boolean => kind === 'container' || kind === 'process'

/** The kind of a task: as it was written, else as `wait` or `trigger` imply it. */
export function kindOf(own: TaskValues, shared: TaskValues, stated: ReadonlySet<string>): TaskKind {
  if (own.kind !== undefined) return own.kind
  if (stated.has('wait')) return 'wait'
  if (stated.has('trigger')) return 'trigger'
  return shared.kind ?? 'container'
}

/** The defaults of a DAG that mean something to a task of this kind. */
export const defaultsFor = (kind: TaskKind, shared: TaskValues): TaskValues =>
  Object.fromEntries(Object.entries(shared).filter(([key]) => !MEANINGLESS[kind].includes(key as Key)))

/** What contradicts the kind of a task, or is missing for it. */
export function checkKind(kind: TaskKind, own: TaskValues, stated: ReadonlySet<string>, subject: Subject, problems: Problems): void {
  const refuse = (key: Key, where: string): void => problems.add(subject, [key], `'${key}' on ${subject.name} has no meaning ${where}; remove it`)
  for (const key of MEANINGLESS[kind]) {
    if (own[key] !== undefined) refuse(key, `for kind: ${kind}`)
  }
  if (kind === 'wait' && !stated.has('wait')) problems.add(subject, [], `${subject.name} has nothing to wait for; give it a 'wait'`)
  if (kind === 'trigger' && !stated.has('trigger')) problems.add(subject, [], `${subject.name} has nothing to start; give it a 'trigger'`)
  if (own.wait !== undefined && own.wait.kind !== 'event') {
    for (const key of ['result', 'branch'] as const) if (own[key] !== undefined) refuse(key, 'beside this wait: only an event brings a result')
  }
  if (kind === 'trigger' && own.trigger?.wait === false && own.timeout !== undefined) refuse('timeout', "for a trigger without 'wait: true'")
  if (!runsOnWorkers(kind) && own.map !== undefined && own.map.maxActive !== null) {
    problems.add(subject, ['map', 'maxActive'], `'map.maxActive' on ${subject.name} has no meaning for kind: ${kind}, which holds no slot; remove it`)
  }
}
