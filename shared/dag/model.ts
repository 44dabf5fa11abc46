/**
 * The canonical form of a DAG: what TypeScript and YAML files both become, what is hashed, stored and scheduled.
 * Everything is resolved (defaults merged, durations in milliseconds, sizes in bytes), so readers need no rules of their own.
 */
export interface DagSpec {
  /** Format of this object; readers accept the one before it too. */
  readonly v: 1
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

export interface TaskSpec {
  readonly id: string
  readonly kind: 'container' | 'process'
  readonly image: string | null
  readonly entrypoint: readonly string[] | null
  /**
   * `shell: text` has become the entrypoint `['/bin/sh', '-c']` with the command `[text]`, so that it works whatever the
   * image's own entrypoint; for a process, which has none, the command `['/bin/sh', '-c', text]`.
   */
  readonly command: readonly string[] | null
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly MountSpec[]
  readonly network: string | null
  readonly user: string | null
  readonly workdir: string | null
  readonly cpus: number | null
  readonly memory: number | null
  readonly shm: number | null
  readonly gpus: number | 'all' | null
  readonly pull: 'missing' | 'always' | 'never'
  readonly labels: Readonly<Record<string, string>>
  readonly stopGrace: number
  readonly queue: string
  readonly priorityWeight: number
  readonly retries: number
  readonly retryDelay: number
  readonly backoff: 'constant' | 'exponential'
  readonly maxRetryDelay: number
  readonly timeout: number | null
  readonly startTimeout: number | null
  readonly triggerRule: TriggerRule
  /** Ids of the tasks it waits for, sorted. */
  readonly after: readonly string[]
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
