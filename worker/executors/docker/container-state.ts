import type Docker from 'dockerode'
import type { Exit, Observation, Run } from '../executor.js'
import { parseDockerTime } from './docker-time.js'

/** What the worker knows that the container's own record does not say. */
export interface Surroundings {
  readonly imageDigest: string | null
  /** The daemon reported that the kernel killed something in this container for memory. */
  readonly oomSeen: boolean
  /** Spans in which the daemon was away, as far as this process saw. `to` is null while it still is. */
  readonly outages: readonly Outage[]
  /** When the host booted, for a daemon on the same host; else null. */
  readonly hostBootedAt: number | null
}

export interface Outage {
  readonly from: number
  readonly to: number | null
}

/** Exit codes of a container that was killed rather than ended; 255 is what a daemon notes that finds one dead. */
const KILLED_CODES = new Set([137, 143, 255])

/** How far around an outage a kill belongs to it: the daemon is noticed to be away some time after it began to stop containers. */
const BEFORE_OUTAGE_MS = 20_000
const AFTER_OUTAGE_MS = 30_000

/** What `docker inspect` means. */
export function observe({ Id, State }: Docker.ContainerInspectInfo, surroundings: Surroundings): Observation {
  const started = parseDockerTime(State.StartedAt)
  if (started === null) return { state: 'created' }
  const run: Run = { handle: Id, imageDigest: surroundings.imageDigest, startedAt: started.milliseconds }
  if (State.Running || State.Paused || State.Restarting) return { state: 'running', run }
  // Between the end of the process and the daemon's note about it, a container is neither.
  const finished = parseDockerTime(State.FinishedAt)
  if (finished === null) return { state: 'running', run }
  const oom = State.OOMKilled || surroundings.oomSeen
  const ended = { finishedAt: finished.milliseconds, exitCode: State.ExitCode }
  // The daemon notes the start once it has been told of it, which may be after a quick end.
  return { state: 'exited', run: { ...run, startedAt: Math.min(run.startedAt, finished.milliseconds) }, exit: { ...ended, oom, lost: oom ? null : lostBecause(run, ended, surroundings) } }
}

/**
 * Why a container's end is its host's fault. A daemon that is killed without live-restore stops every container with 137 when
 * it comes back, which looks like a task that was killed.
 */
function lostBecause(run: Run, { finishedAt, exitCode }: Pick<Exit, 'finishedAt' | 'exitCode'>, { outages, hostBootedAt }: Surroundings): string | null {
  if (exitCode === null || !KILLED_CODES.has(exitCode)) return null
  if (hostBootedAt !== null && run.startedAt < hostBootedAt && finishedAt >= hostBootedAt) return 'the host was restarted under it'
  const during = outages.some(({ from, to }) => finishedAt >= from - BEFORE_OUTAGE_MS && finishedAt <= (to ?? Infinity) + AFTER_OUTAGE_MS)
  return during ? 'Docker was restarted under it' : null
}
