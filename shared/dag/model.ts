import type { SecretNames } from '../protocol/secret-name.js'

/**
 * The canonical form of a DAG: what TypeScript and YAML files both become, what is hashed, stored and scheduled.
 * Everything is resolved (defaults merged, durations in milliseconds, sizes in bytes), so readers need no rules of their own.
 */
export interface DagSpec {
  /** Format of this object; `upgradeSpec` reads the one before it too. */
  readonly v: 2
  readonly dag: string
  readonly description: string | null
  readonly owner: string | null
  readonly tags: readonly string[]
  readonly schedule: ScheduleSpec
  /** IANA zone in which cron expressions and dates without a zone are read. */
  readonly timezone: string
  /** First and last instant at which a data interval may start, milliseconds since the epoch. */
  readonly start: number | null
  readonly end: number | null
  readonly catchup: boolean
  readonly maxActiveRuns: number
  readonly maxActiveTasks: number
  /** By when a run should have ended; it is told and shown, and changes nothing else. */
  readonly deadline: DeadlineSpec | null
  /** Longest time a run may take; then what is open is cancelled and the run fails. */
  readonly timeout: number | null
  readonly params: Readonly<Record<string, ParamSpec>>
  /** In topological order; ties by name. */
  readonly tasks: readonly TaskSpec[]
}

export type ScheduleSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'once' }
  /** Five-field cron expressions in which presets and H fields are already resolved. */
  | { readonly kind: 'cron'; readonly expressions: readonly string[] }
  | { readonly kind: 'interval'; readonly every: number }
  /** A run whenever all (or any) of these assets were updated since the last one. */
  | { readonly kind: 'assets'; readonly assets: readonly string[]; readonly when: 'all' | 'any' }

export type DeadlineSpec =
  /** The first such time of day, in the DAG's zone, after the run was due. */
  | { readonly kind: 'time'; readonly hour: number; readonly minute: number }
  /** Milliseconds after the run was due. */
  | { readonly kind: 'after'; readonly delay: number }

export interface ParamSpec {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'
  /** Undefined means required. */
  readonly default?: unknown
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
}

export const TRIGGER_RULES = [
  'all_success', 'all_failed', 'all_done', 'all_skipped', 'one_success', 'one_failed', 'one_done', 'none_failed',
  'none_failed_min_one_success', 'none_skipped', 'always',
] as const
export type TriggerRule = (typeof TRIGGER_RULES)[number]

export interface MountSpec {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

/** Where the values come from that a task is mapped over. */
export type MapSource =
  /** The result of a task upstream: a list. Of a mapped task: the list of its results. */
  | { readonly kind: 'task'; readonly task: string }
  | { readonly kind: 'param'; readonly param: string }
  | { readonly kind: 'list'; readonly values: readonly unknown[] }

export interface MapSpec {
  /**
   * One axis without a name: each element is an `item`. Named axes: every combination of their elements is an item, an
   * object with these names; the last axis changes fastest.
   */
  readonly axes: readonly { readonly name: string | null; readonly source: MapSource }[]
  /** Most instances it may become; more fail it. */
  readonly limit: number
  /** Instances of one run that may be active at once. */
  readonly maxActive: number | null
}

/** What a task waits for in the scheduler, without a slot and without a worker. Texts may hold templates. */
export type WaitSpec = WaitCondition & {
  /** What it becomes when its `timeout` passes before the condition holds. */
  readonly onTimeout: 'fail' | 'skip'
}

export type WaitCondition =
  /** `09:30` (of the day on which the data interval ends, in the DAG's zone), an instant, or a duration after the end of the data interval. */
  | { readonly kind: 'time'; readonly until: string }
  /** The run of another DAG (or one task of it) whose logical date is this run's minus `offset`, to succeed. */
  | { readonly kind: 'dag'; readonly dag: string; readonly task: string | null; readonly offset: number }
  /** An answer with one of these status codes (empty: any 2xx) whose body contains the text. */
  | { readonly kind: 'http'; readonly url: string; readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly status: readonly number[]; readonly contains: string | null }
  /** An event posted from outside under this name; its payload becomes the task's result. */
  | { readonly kind: 'event'; readonly event: string }

/** Starts a run of another DAG. */
export interface TriggerSpec {
  readonly dag: string
  /** Values may hold templates. */
  readonly params: Readonly<Record<string, unknown>>
  /** Whether the task ends with that run, and as it does. */
  readonly wait: boolean
}

export const WEIGHT_RULES = ['downstream', 'upstream', 'absolute'] as const
export type WeightRule = (typeof WEIGHT_RULES)[number]

/** `container` and `process` run on workers; the others are done by the scheduler and hold no slot. */
export const TASK_KINDS = ['container', 'process', 'empty', 'wait', 'trigger'] as const
export type TaskKind = (typeof TASK_KINDS)[number]

export interface TaskSpec {
  readonly id: string
  readonly kind: TaskKind
  readonly image: string | null
  readonly entrypoint: readonly string[] | null
  /**
   * `shell: text` has become the entrypoint `['/bin/sh', '-c']` with the command `[text]`, so that it works whatever the
   * image's own entrypoint; for a process, which has none, the command `['/bin/sh', '-c', text]`.
   */
  readonly command: readonly string[] | null
  readonly env: Readonly<Record<string, string>>
  /** Names of secrets of the worker pool by the variables that are to hold their values. */
  readonly secrets: SecretNames
  readonly mounts: readonly MountSpec[]
  readonly network: string | null
  readonly user: string | null
  readonly workdir: string | null
  readonly cpus: number | null
  readonly memory: number | null
  readonly shm: number | null
  readonly gpus: number | 'all' | null
  /** Whether its root file system is read-only; /tmp is not. */
  readonly readOnly: boolean
  /** Linux capabilities beyond the worker's default set, without `CAP_`, sorted. */
  readonly capAdd: readonly string[]
  readonly pull: 'missing' | 'always' | 'never'
  readonly labels: Readonly<Record<string, string>>
  readonly stopGrace: number
  readonly queue: string
  /** Pool of which it takes `poolSlots` slots while it is active. */
  readonly pool: string | null
  readonly poolSlots: number
  /** Instances of this task that may be active at once, over all runs. */
  readonly maxActive: number | null
  readonly priorityWeight: number
  /** What is added to its own weight: those of everything downstream, of everything upstream, or nothing. */
  readonly weightRule: WeightRule
  readonly retries: number
  readonly retryDelay: number
  readonly backoff: 'constant' | 'exponential'
  readonly maxRetryDelay: number
  readonly timeout: number | null
  readonly startTimeout: number | null
  readonly triggerRule: TriggerRule
  /** Ids of the tasks it waits for, sorted. */
  readonly after: readonly string[]
  /** Runs only when the same task of the run before succeeded or was skipped. */
  readonly dependsOnPast: boolean
  /** Runs only when, besides, everything directly downstream of it in the run before did. */
  readonly waitForDownstream: boolean
  readonly map: MapSpec | null
  /** Its result names the direct downstream tasks to follow; the others are skipped. */
  readonly branch: boolean
  /** When it exits with a skip code, everything downstream is skipped whatever its trigger rule. */
  readonly shortCircuit: boolean
  /** Assets that its success updates, sorted. */
  readonly outlets: readonly string[]
  /** Of kind `wait`. */
  readonly wait: WaitSpec | null
  /** Of kind `trigger`. */
  readonly trigger: TriggerSpec | null
  readonly result: boolean
  readonly skipExitCodes: readonly number[]
  readonly failExitCodes: readonly number[]
  readonly notYetExitCode: number | null
  readonly pokeInterval: number
}

/** A DAG that passed every check, with the hash of its canonical form: equal hash, equal meaning. */
export interface DagVersion {
  readonly spec: DagSpec
  readonly hash: string
}

/** One thing wrong with a DAG file. */
export interface DagProblem {
  readonly file: string
  /** 1-based; null when it could not be known. */
  readonly line: number | null
  readonly column: number | null
  readonly dag: string | null
  readonly task: string | null
  /** What is wrong, and what to change. */
  readonly message: string
}

/** What evaluating one file gave: DAGs, or problems, never both. */
export type DagFileOutcome =
  | { readonly ok: true; readonly dags: readonly DagVersion[]; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly problems: readonly DagProblem[]; readonly inputs: readonly string[] }
