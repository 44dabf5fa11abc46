import type { ParamSpec, TriggerRule, WeightRule } from './model.js'

/** A span such as `500ms`, `30s`, `5m`, `1h`, `1h30m` or `2d`. */
export type Duration = string
/** An amount of memory such as `512m` or `2g`, in powers of 1024. */
export type Size = string

/** A parameter that a run may be given; without a default it is required. */
export type ParamOptions = ParamSpec

export interface MountOptions {
  /** Absolute path on the worker, or name of a Docker volume. */
  source: string
  /** Absolute path in the container. */
  target: string
  /** Default: false. */
  readOnly?: boolean
}

/** What a DAG can give to all its tasks. Every text may hold templates: `{{ ds }}`, `{{ params.region }}`. */
export interface TaskDefaults {
  /** `container` runs an image; `process` a command on the worker itself, where that is allowed. Default: container. */
  kind?: 'container' | 'process'
  /** Image of the container. Templates allowed. */
  image?: string
  /** Program and arguments, one element each. Default for containers: the image's own. Templates allowed. */
  command?: readonly (string | number)[]
  /** Instead of `command`: one text, run by `/bin/sh -c` whatever the image's entrypoint. Templates allowed. */
  shell?: string
  /** Replaces the image's entrypoint. Templates allowed. */
  entrypoint?: readonly string[]
  /** Environment variables. Those of `defaults` are kept unless named again. Templates allowed in values. */
  env?: Readonly<Record<string, string | number | boolean>>
  /**
   * Names of secrets by the environment variables that are to hold them. The values are the worker pool's own: they are in no
   * DAG, database or queue, and masked in logs. Those of `defaults` are kept unless named again.
   */
  secrets?: Readonly<Record<string, string>>
  /** `source:target[:ro]`, or objects. Templates allowed. */
  mounts?: readonly (string | MountOptions)[]
  /** Docker network. Default: the worker's. */
  network?: string
  /** `user` or `uid:gid` in the container. Default: the image's. */
  user?: string | number
  /** Working directory, absolute. Default: the image's. Templates allowed. */
  workdir?: string
  /** CPUs, for instance 0.5. Default: no limit. */
  cpus?: number
  /** Memory limit, at least 6m. Default: no limit. */
  memory?: Size
  /** Size of /dev/shm. Default: Docker's, 64m. */
  shm?: Size
  /** Number of GPUs, or `all`. Default: none. */
  gpus?: number | 'all'
  /** Whether its root file system is read-only; /tmp is a file system in memory then. Default: false. */
  readOnly?: boolean
  /** Linux capabilities beyond the default set, such as `NET_RAW`; the worker must allow them. Default: none. */
  capAdd?: readonly string[]
  /** When to pull the image. Default: missing. */
  pull?: 'missing' | 'always' | 'never'
  /** Docker labels. Those of `defaults` are kept unless named again. Templates allowed in values. */
  labels?: Readonly<Record<string, string>>
  /** Time between SIGTERM and SIGKILL when the task is stopped. Default: 10s. */
  stopGrace?: Duration
  /** Queue on which it waits for a worker. Default: `default`. */
  queue?: string
  /** Pool of which it takes slots while it is active; null takes it out of the pool of `defaults`. Default: none. */
  pool?: string | null
  /** Slots that it takes of its pool. Default: 1. */
  poolSlots?: number
  /** Instances of this task that may be active at once, over all runs; null means no limit. Default: null. */
  maxActive?: number | null
  /** Among runnable tasks, higher goes first. Default: 1. */
  priorityWeight?: number
  /** What is added to its weight: the weights of all tasks downstream, of all upstream, or nothing. Default: downstream. */
  weightRule?: WeightRule
  /** Tries after the first one. Default: 0. */
  retries?: number
  /** Time until the next try. Default: 30s. */
  retryDelay?: Duration
  /** `exponential` doubles the delay with every try. Default: constant. */
  backoff?: 'constant' | 'exponential'
  /** Upper bound of an exponential delay. Default: 1h. */
  maxRetryDelay?: Duration
  /** Longest time one try may run; null means no limit. Default: null. */
  timeout?: Duration | null
  /** Longest time one try may wait for a worker; null means no limit. Default: null. */
  startTimeout?: Duration | null
  /** Which outcomes upstream let it run. Default: all_success. */
  triggerRule?: TriggerRule
  /** Whether it runs only when the same task of the run before succeeded or was skipped. Default: false. */
  dependsOnPast?: boolean
  /** Whether, besides, everything directly downstream of it in the run before must have. Implies `dependsOnPast`. Default: false. */
  waitForDownstream?: boolean
  /** Whether the JSON that it writes to the file named by LONGSHORE_RESULT is kept for tasks downstream. Default: false. */
  result?: boolean
  /** Exit codes that mean "skipped". Default: [99]. */
  skipExitCodes?: readonly number[]
  /** Exit codes that fail without another try. Default: [65]. */
  failExitCodes?: readonly number[]
  /** Exit code that means "not yet, ask again"; null switches it off. Default: 75. */
  notYetExitCode?: number | null
  /** Time until it is asked again, without holding a slot. Default: 60s. */
  pokeInterval?: Duration
}

export interface AssetSchedule {
  assets: readonly string[]
  /** Whether all of them must have been updated since the last run, or any. Default: all. */
  when?: 'all' | 'any'
}

export interface DagOptions {
  description?: string
  /**
   * A cron expression (`H` is hashed from the DAG id), a preset (`@daily`, spread: `@daily~`), several of them, a fixed
   * interval (`5m`), `@once`, assets whose updates start a run, or null: only by hand. Default: null.
   */
  schedule?: string | readonly string[] | AssetSchedule | null
  /** IANA zone in which cron expressions and dates are read. Default: UTC. */
  timezone?: string
  /** First instant at which a data interval may start. */
  start?: string | Date | null
  /** Last instant at which a data interval may start. */
  end?: string | Date | null
  /** Whether every interval since `start` gets its run, instead of the latest one. Default: false. */
  catchup?: boolean
  /** Runs that may be active at once. Default: 16. */
  maxActiveRuns?: number
  /** Tasks of this DAG that may be active at once, over all its runs. Default: 16. */
  maxActiveTasks?: number
  /** By when a run should have ended: a time of day, `09:00`, or a duration after the run was due. It is told when it is missed; nothing else changes. */
  deadline?: string | null
  /** Longest time a run may take; then what is open is cancelled and the run fails. Default: no limit. */
  timeout?: Duration | null
  /** For every task that does not say otherwise. Default: false. */
  dependsOnPast?: boolean
  /** For every task that does not say otherwise. Default: false. */
  waitForDownstream?: boolean
  /** For finding it again. */
  tags?: readonly string[]
  /** Team or person who answers for it. */
  owner?: string
  /** Values that a run may be given. */
  params?: Readonly<Record<string, ParamOptions>>
  /** Values for every task that does not say otherwise. */
  defaults?: TaskDefaults
}

const LATER = 'is not supported by this version of Longshore yet; remove it, it would have no effect'
/** Words of later versions: refused by name, because a DAG that relies on them must not run without them. */
export const LATER_DAG_KEYS = { alerts: LATER } as const
export const LATER_TASK_KEYS = { alerts: LATER, deadline: LATER } as const
