import type { ParamSpec, TriggerRule } from './model.js'

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

/** What a task is, except its id and place in the graph. Every text may hold templates: `{{ ds }}`, `{{ params.region }}`. */
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
  /** When to pull the image. Default: missing. */
  pull?: 'missing' | 'always' | 'never'
  /** Docker labels. Those of `defaults` are kept unless named again. Templates allowed in values. */
  labels?: Readonly<Record<string, string>>
  /** Time between SIGTERM and SIGKILL when the task is stopped. Default: 10s. */
  stopGrace?: Duration
  /** Queue on which it waits for a worker. Default: `default`. */
  queue?: string
  /** Among runnable tasks, higher goes first. Default: 1. */
  priorityWeight?: number
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

export interface DagOptions {
  description?: string
  /**
   * A cron expression (`H` is hashed from the DAG id), a preset (`@daily`, spread: `@daily~`), several of them, a fixed
   * interval (`5m`), `@once`, or null: only by hand. Default: null.
   */
  schedule?: string | readonly string[] | null
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
  /** For finding it again. */
  tags?: readonly string[]
  /** Team or person who answers for it. */
  owner?: string
  /** Values that a run may be given. */
  params?: Readonly<Record<string, ParamOptions>>
  /** Values for every task that does not say otherwise. */
  defaults?: TaskDefaults
}

/** Words of later versions: refused by name, because a DAG that relies on them must not run without them. */
export const LATER_DAG_KEYS = ['deadline', 'timeout', 'dependsOnPast', 'waitForDownstream', 'alerts', 'outlets'] as const
export const LATER_TASK_KEYS = [
  'secrets', 'pool', 'poolSlots', 'weightRule', 'map', 'maxActive', 'outlets', 'alerts', 'dependsOnPast', 'waitForDownstream', 'deadline',
] as const
