import type { MountSpec, TaskSpec } from './model.js'
import type { FieldValues, Problems, Subject } from './problems.js'
import type { TASK_FIELDS } from './task-fields.js'

export type TaskValues = FieldValues<typeof TASK_FIELDS>

const DEFAULTS = {
  kind: 'container', queue: 'default', priorityWeight: 1, retries: 0, retryDelay: 30_000, backoff: 'constant', maxRetryDelay: 3_600_000,
  timeout: null, startTimeout: null, triggerRule: 'all_success', result: false, pull: 'missing', stopGrace: 10_000,
  skipExitCodes: [99], failExitCodes: [65], notYetExitCode: 75, pokeInterval: 60_000,
} as const satisfies TaskValues

/** What only a container has. */
const CONTAINER_KEYS = ['image', 'entrypoint', 'mounts', 'network', 'user', 'cpus', 'memory', 'shm', 'gpus', 'pull', 'labels'] as const

export interface TaskParts {
  readonly id: string
  readonly own: TaskValues
  /** The defaults of its DAG. */
  readonly shared: TaskValues
  /** Every key that either of them was given, right or wrong: what is there but wrong must not be reported as missing too. */
  readonly stated: ReadonlySet<string>
  readonly after: readonly string[]
}

/** One task in canonical form: its own values over the DAG's defaults over the product's. */
export function completeTask({ id, own, shared, stated, after }: TaskParts, subject: Subject, problems: Problems): TaskSpec {
  const task = merge(own, shared)
  checkCommand(own, task, stated, subject, problems)
  checkExitCodes(task, subject, problems)
  const container = task.kind === 'container'
  const inContainer = <T>(value: T | undefined): T | null => (container ? value ?? null : null)
  return {
    id,
    kind: task.kind,
    image: inContainer(task.image),
    ...invocation(task),
    env: task.env ?? {},
    mounts: inContainer<readonly MountSpec[]>(task.mounts) ?? [],
    network: inContainer(task.network),
    user: inContainer(task.user),
    workdir: task.workdir ?? null,
    cpus: inContainer(task.cpus),
    memory: inContainer(task.memory),
    shm: inContainer(task.shm),
    gpus: inContainer(task.gpus),
    pull: task.pull,
    labels: inContainer(task.labels) ?? {},
    stopGrace: task.stopGrace,
    queue: task.queue,
    pool: null,
    poolSlots: 1,
    maxActive: null,
    priorityWeight: task.priorityWeight,
    weightRule: 'downstream',
    retries: task.retries,
    retryDelay: task.retryDelay,
    backoff: task.backoff,
    maxRetryDelay: task.maxRetryDelay,
    timeout: task.timeout,
    startTimeout: task.startTimeout,
    triggerRule: task.triggerRule,
    after,
    dependsOnPast: false,
    waitForDownstream: false,
    map: null,
    branch: false,
    shortCircuit: false,
    outlets: [],
    wait: null,
    trigger: null,
    result: task.result,
    skipExitCodes: task.skipExitCodes,
    failExitCodes: task.failExitCodes,
    notYetExitCode: task.notYetExitCode,
    pokeInterval: task.pokeInterval,
  }
}

type Merged = TaskValues & { [K in keyof typeof DEFAULTS]: NonNullable<TaskValues[K]> | (null extends TaskValues[K] ? null : never) }

function merge(own: TaskValues, shared: TaskValues): Merged {
  const inherited = { ...shared }
  // What a task runs is one decision: a command of its own replaces a shared shell, and the other way round.
  if (own.command !== undefined || own.shell !== undefined) {
    delete inherited.command
    delete inherited.shell
    if (own.shell !== undefined) delete inherited.entrypoint
  }
  const merged = { ...DEFAULTS, ...inherited, ...own } as Merged
  merged.env = { ...shared.env, ...own.env }
  merged.labels = { ...shared.labels, ...own.labels }
  return merged
}

/** As the entrypoint, so that an image with an entrypoint of its own does not get the shell as an argument. */
function invocation({ kind, command, shell, entrypoint }: Merged): Pick<TaskSpec, 'entrypoint' | 'command'> {
  if (kind === 'process') return { entrypoint: null, command: shell === undefined ? command ?? null : ['/bin/sh', '-c', shell] }
  if (shell !== undefined) return { entrypoint: ['/bin/sh', '-c'], command: [shell] }
  return { entrypoint: entrypoint ?? null, command: command ?? null }
}

function checkCommand(own: TaskValues, task: Merged, stated: ReadonlySet<string>, subject: Subject, problems: Problems): void {
  if (task.command !== undefined && task.shell !== undefined) problems.add(subject, ['shell'], `${subject.name} has both 'command' and 'shell'; keep one`)
  if (task.entrypoint !== undefined && task.shell !== undefined) problems.add(subject, ['shell'], `${subject.name} has both 'entrypoint' and 'shell'; keep one: 'shell' is run by /bin/sh`)
  if (task.kind === 'container') {
    if (!stated.has('image')) problems.add(subject, [], `${subject.name} has no image; give it an 'image', or the DAG one in 'defaults', or make it kind: process`)
    return
  }
  if (!stated.has('command') && !stated.has('shell')) problems.add(subject, [], `${subject.name} has nothing to run; give it a 'command' or a 'shell'`)
  for (const key of CONTAINER_KEYS) {
    if (own[key] !== undefined) problems.add(subject, [key], `'${key}' on ${subject.name} has no meaning for kind: process; remove it`)
  }
}

function checkExitCodes({ skipExitCodes, failExitCodes, notYetExitCode }: Merged, subject: Subject, problems: Problems): void {
  const meanings = { skipExitCodes, failExitCodes, notYetExitCode: notYetExitCode === null ? [] : [notYetExitCode] }
  const seen = new Map<number, string>()
  for (const [key, codes] of Object.entries(meanings)) {
    for (const code of codes) {
      const other = seen.get(code)
      if (other !== undefined) problems.add(subject, [key], `exit code ${code} on ${subject.name} is in both '${other}' and '${key}'; it can mean one thing`)
      seen.set(code, key)
    }
  }
}
