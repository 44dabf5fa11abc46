import type { Config } from '../../shared/config/schema.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { SecretNames } from '../../shared/protocol/secret-name.js'
import { mountProblem, onThisHost, type Resolve } from './mounts.js'
import { matchesAny } from './wildcard.js'

export type Policy = Pick<Config, 'allowProcess' | 'allowImage' | 'allowMount' | 'allowNetwork' | 'allowUser' | 'allowCapability' | 'allowGpus' | 'allowPull' | 'allowSecrets' | 'noop'>
/** What a task asks for. */
export type Wishes = Pick<JobPayload, 'kind' | 'image' | 'mounts' | 'network' | 'user' | 'gpus' | 'pull'> & { readonly capAdd?: readonly string[] | null | undefined; readonly secrets?: SecretNames | undefined }

/** Stands in `allowUser` for a task that names no user. */
const AS_IMAGE = 'image'

/**
 * Why this worker does not run a task, or null when it may: its own settings decide, whoever has signed the job. The refusal says
 * what was asked for, what is allowed, and which setting would allow it.
 */
export function refusal(task: Wishes, policy: Policy, resolve: Resolve = onThisHost): string | null {
  const secret = Object.values(task.secrets ?? {}).find(name => !matchesAny(name, policy.allowSecrets))
  if (secret !== undefined) return denied(`the secret ${secret}`, 'allowSecrets', policy.allowSecrets)
  if (task.kind === 'process') return policy.allowProcess || policy.noop ? null : 'this worker runs no processes (allowProcess: false); start it with --allow-process, or make the task a container'
  const { image, network, user, gpus, pull } = task
  if (image === null) return 'the task is a container and names no image'
  if (!matchesAny(image, policy.allowImage)) return denied(`the image ${image}`, 'allowImage', policy.allowImage)
  if (!policy.allowPull.includes(pull)) return denied(`the pull policy ${pull}`, 'allowPull', policy.allowPull)
  for (const mount of task.mounts) {
    const problem = mountProblem(mount, policy.allowMount, resolve)
    if (problem !== null) return denied(problem, 'allowMount', policy.allowMount)
  }
  if (network !== null && !matchesAny(network, policy.allowNetwork)) return denied(`the network ${network}`, 'allowNetwork', policy.allowNetwork)
  if (!matchesAny(user ?? AS_IMAGE, policy.allowUser)) {
    return denied(user === null ? 'a task without `user`, which runs as whom its image says,' : `the user ${user}`, 'allowUser', policy.allowUser)
  }
  if (gpus !== null && !policy.allowGpus) return denied(`gpus: ${gpus}`, 'allowGpus', ['false'])
  const capability = task.capAdd?.find(name => !matchesAny(name, policy.allowCapability))
  return capability === undefined ? null : denied(`the capability ${capability}`, 'allowCapability', policy.allowCapability)
}

const denied = (what: string, setting: string, allowed: readonly string[]): string =>
  `${what} is not allowed on this worker (${setting}: ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}); take it out of the task, or allow it in the worker's setting ${setting}`
