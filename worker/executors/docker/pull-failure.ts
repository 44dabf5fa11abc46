import { FinishReason } from '../../../shared/states/attempt.js'

const DENIED = /denied|unauthorized|authentication required|no basic auth|forbidden|incorrect username or password/i
const MISSING = /manifest unknown|manifest for .* not found|not found|no such image|name unknown|does not exist|invalid reference format/i

export type PullFailureReason = typeof FinishReason.pullDenied | typeof FinishReason.imageMissing | typeof FinishReason.pullFailed

/**
 * Why a pull failed. The daemon answers 404 or 500 for all of them and passes on the registry's words, so words are all
 * there is. "pull access denied … repository does not exist or may require 'docker login'" counts as denied: credentials
 * are the likelier thing to correct.
 */
export function classifyPullFailure(message: string): PullFailureReason {
  if (DENIED.test(message)) return FinishReason.pullDenied
  // A registry's host that cannot be found is a registry that cannot be reached.
  if (MISSING.test(message) && !/no such host|dial tcp|lookup /i.test(message)) return FinishReason.imageMissing
  return FinishReason.pullFailed
}
