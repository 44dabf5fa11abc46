import { checkKind, defaultsFor, kindOf, runsOnWorkers } from './kinds.js'
import type { MapSpec, TaskKind, TaskSpec, WaitSpec } from './model.js'
import type { FieldValues, Problems, Subject } from './problems.js'
import type { TASK_FIELDS } from './task-fields.js'

export type TaskValues = FieldValues<typeof TASK_FIELDS>

const DEFAULTS = {
  queue: 'default', poolSlots: 1, priorityWeight: 1, weightRule: 'downstream', retries: 0, retryDelay: 30_000, backoff: 'constant', maxRetryDelay: 3_600_000,
  timeout: null, startTimeout: null, triggerRule: 'all_success', dependsOnPast: false, waitForDownstream: false, branch: false, shortCircuit: false,
  pull: 'missing', stopGrace: 10_000, skipExitCodes: [99], failExitCodes: [65], notYetExitCode: 75,
} as const satisfies TaskValues

const POKE_INTERVAL = 60_000
/** The scheduler's own looks cost less than a container; other people's servers are asked less often. */
const WAIT_POKE_INTERVAL = { http: 30_000, time: 10_000, dag: 10_000, event: 10_000 } as const satisfies Record<WaitSpec['kind'], number>

export interface TaskParts {
  readonly id: string
  readonly own: TaskValues
  /** The defaults of its DAG. */
  readonly shared: TaskValues
  /** Every key that either of them was given, right or wrong: what is there but wrong must not be reported as missing too. */
  readonly stated: ReadonlySet<string>
  readonly after: readonly string[]
  readonly map: MapSpec | null
}

/** One task in canonical form: its own values over the DAG's defaults over the product's. */
export function completeTask({ id, own, shared, stated, after, map }: TaskParts, subject: Subject, problems: Problems): TaskSpec {
  const kind = kindOf(own, shared, stated)
  const task = merge(own, defaultsFor(kind, shared))
  checkKind(kind, own, stated, subject, problems)
  checkCommand(kind, task, stated, subject, problems)
  checkExitCodes(task, subject, problems)
  checkMeaning(own, task, subject, problems)
  checkSecrets(task, subject, problems)
  const { pool = null, wait = null, trigger = null } = task
  const waitForDownstream = task.waitForDownstream && own.dependsOnPast !== false
  return {
    id,
    kind,
    image: task.image ?? null,
    ...invocation(kind, task),
    env: task.env ?? {},
    secrets: task.secrets ?? {},
    mounts: task.mounts ?? [],
    network: task.network ?? null,
    user: task.user ?? null,
    workdir: task.workdir ?? null,
    cpus: task.cpus ?? null,
    memory: task.memory ?? null,
    shm: task.shm ?? null,
    gpus: task.gpus ?? null,
    readOnly: task.readOnly ?? false,
    capAdd: task.capAdd ?? [],
    pull: task.pull,
    labels: task.labels ?? {},
    stopGrace: task.stopGrace,
    queue: task.queue,
    pool,
    poolSlots: pool === null ? 1 : task.poolSlots,
    maxActive: task.maxActive ?? null,
    priorityWeight: task.priorityWeight,
    weightRule: task.weightRule,
    retries: task.retries,
    retryDelay: task.retryDelay,
    backoff: task.backoff,
    maxRetryDelay: task.maxRetryDelay,
    timeout: trigger?.wait === false ? null : task.timeout,
    startTimeout: task.startTimeout,
    triggerRule: task.triggerRule,
    after,
    dependsOnPast: task.dependsOnPast || waitForDownstream,
    waitForDownstream,
    map,
    branch: task.branch,
    shortCircuit: task.shortCircuit,
    outlets: task.outlets ?? [],
    wait,
    trigger,
    result: keepsResult(own, task),
    skipExitCodes: task.skipExitCodes,
    failExitCodes: task.failExitCodes,
    notYetExitCode: task.notYetExitCode,
    pokeInterval: task.pokeInterval ?? (wait === null ? POKE_INTERVAL : WAIT_POKE_INTERVAL[wait.kind]),
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
  merged.secrets = { ...shared.secrets, ...own.secrets }
  merged.labels = { ...shared.labels, ...own.labels }
  return merged
}

/** As the entrypoint, so that an image with an entrypoint of its own does not get the shell as an argument. */
function invocation(kind: TaskKind, { command, shell, entrypoint }: Merged): Pick<TaskSpec, 'entrypoint' | 'command'> {
  if (kind === 'process') return { entrypoint: null, command: shell === undefined ? command ?? null : ['/bin/sh', '-c', shell] }
  if (shell !== undefined) return { entrypoint: ['/bin/sh', '-c'], command: [shell] }
  return { entrypoint: entrypoint ?? null, command: command ?? null }
}

/** A branch is taken by its result; of what can be waited for, only an event brings one, its payload. */
function keepsResult(own: TaskValues, { branch, result, wait }: Merged): boolean {
  if (branch) return true
  if (wait !== undefined) return wait.kind === 'event' && (own.result ?? true)
  return result ?? false
}

function checkCommand(kind: TaskKind, task: Merged, stated: ReadonlySet<string>, subject: Subject, problems: Problems): void {
  if (!runsOnWorkers(kind)) return
  if (task.command !== undefined && task.shell !== undefined) problems.add(subject, ['shell'], `${subject.name} has both 'command' and 'shell'; keep one`)
  if (task.entrypoint !== undefined && task.shell !== undefined) problems.add(subject, ['shell'], `${subject.name} has both 'entrypoint' and 'shell'; keep one: 'shell' is run by /bin/sh`)
  if (kind === 'container') {
    if (!stated.has('image')) problems.add(subject, [], `${subject.name} has no image; give it an 'image', or the DAG one in 'defaults', or make it kind: process`)
  } else if (!stated.has('command') && !stated.has('shell')) {
    problems.add(subject, [], `${subject.name} has nothing to run; give it a 'command' or a 'shell'`)
  }
}

/** Keys that would have no effect, or that contradict each other. */
function checkMeaning(own: TaskValues, task: Merged, subject: Subject, problems: Problems): void {
  const refuse = (key: keyof TaskValues, why: string): void => problems.add(subject, [key], `'${key}' on ${subject.name} ${why}`)
  if (own.poolSlots !== undefined && (task.pool ?? null) === null) refuse('poolSlots', "has no meaning without a 'pool'")
  if (own.waitForDownstream === true && own.dependsOnPast === false) refuse('dependsOnPast', "cannot be false with 'waitForDownstream', which implies it")
  if (task.branch && own.result === false) refuse('result', "cannot be false with 'branch': the branch is taken by its result")
  if (task.branch && own.map !== undefined) refuse('branch', "cannot be combined with 'map': it is one task that chooses")
  if (task.shortCircuit && task.skipExitCodes.length === 0) refuse('shortCircuit', "has no effect without 'skipExitCodes'")
  if (task.wait?.onTimeout === 'skip' && task.timeout === null) refuse('wait', "has 'onTimeout: skip', which has no effect without a 'timeout'")
}

function checkSecrets({ env = {}, secrets = {} }: Merged, subject: Subject, problems: Problems): void {
  for (const name of Object.keys(secrets)) {
    if (Object.hasOwn(env, name)) problems.add(subject, ['secrets', name], `${subject.name} gets ${name} from both 'env' and 'secrets'; keep one`)
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
