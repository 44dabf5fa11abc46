import { FinishReason } from '../../shared/states/attempt.js'
import { isDockerAway, reasonOf, statusOf } from '../executors/docker/docker-api.js'
import { ExecutionFailure, UncertainStart } from '../executors/executor.js'

/** What a full disk says, here and in Docker's words. */
const DISK_FULL = /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i

/**
 * What Docker says, with whatever status, when the task asks for something that there is not: another task would start. Runtimes
 * word it differently, so each is matched by the part that they share.
 */
const OF_THE_TASK = new RegExp([
  'unable to find (user|group)', 'no matching entries in (passwd|group)', 'executable file not found', 'exec format error', 'exec: "', 'bind source path does not exist',
  'invalid mount', 'mount path must be absolute', 'working directory', 'chdir to cwd', 'mkdir .*cwd',
  'network .* not found', 'No command specified', 'could not select device driver', 'no such volume', 'minimum memory limit', 'range of CPUs',
  // A mount of the task onto what cannot take one. The rest that mounting can meet, like a stale NFS, is the host's.
  'mounting "/[^"]*" to rootfs at .*(cannot be mounted because|read-only file system)', 'Are you trying to mount a directory onto a file', 'open `/[^`]+/(proc|sys)/[^`]*`: no such file',
  'mkdir `[^`]*`: (no such file|not a directory|operation not permitted)', 'chdir(:| `)', 'cannot mkdir: .* is not a directory', 'lstat .*: not a directory', 'uids and gids must be in range',
].join('|'), 'i')

/** Where Docker's runtime speaks, and not Docker about the request. */
const OF_THE_RUNTIME = /OCI runtime|unknown (or invalid )?runtime|shim|containerd|docker-init/i

/** What Docker answers to a request that was wrong in itself. */
const WRONG_REQUEST = new Set<number | undefined>([400, 403, 404, 409])

/**
 * Why a container did not start, when that is this host's fault; null when it is the task's, its image's or its registry's. A
 * registry that is away is no reason to stop: what is here runs, and a quarantine would end that too.
 */
export function hostsFault(error: unknown): string | null {
  const { message } = error as Error
  if (DISK_FULL.test(message) || error instanceof UncertainStart) return message
  if (!(error instanceof ExecutionFailure)) return null
  const { reason, cause } = error
  if (reason !== FinishReason.startFailed && reason !== FinishReason.infrastructure) return null
  // Made up here, not by Docker: its container or image was taken away by somebody.
  if (cause === undefined) return null
  const said = reasonOf(cause)
  if (OF_THE_TASK.test(said) && !said.includes('docker-init')) return null
  // The runtime's own failures come as 400 too: only Docker's words tell them from wrong requests.
  return WRONG_REQUEST.has(statusOf(cause)) && !OF_THE_RUNTIME.test(said) ? null : message
}

/** Whether Docker has refused, so that nothing of the attempt runs or will. */
export const isRefusal = (error: unknown): boolean => error instanceof ExecutionFailure && error.cause !== undefined && !isDockerAway(error.cause) && statusOf(error.cause) !== undefined
