import type { TaskSpec } from '../../shared/dag/model.js'

/** Share of a delay that is spread, so that tasks which failed together do not come back together. */
const JITTER = 0.1

/** Delay in milliseconds before the try after `failedTry` (1-based). */
export function retryDelay({ retryDelay: base, backoff, maxRetryDelay }: Pick<TaskSpec, 'retryDelay' | 'backoff' | 'maxRetryDelay'>, failedTry: number, seed: number): number {
  if (backoff === 'constant') return base
  const grown = base * 2 ** Math.min(failedTry - 1, 30)
  return Math.round(Math.min(grown, maxRetryDelay) * (1 + JITTER * fraction(seed * 31 + failedTry)))
}

const INFRASTRUCTURE_BASE_MS = 5_000

/** 5 s, 10 s, 20 s: long enough for a registry or a Docker daemon to come back. */
export const infrastructureDelay = (losses: number): number => INFRASTRUCTURE_BASE_MS * 2 ** (losses - 1)

/** A number in [0, 1) that looks random and depends on nothing but `seed` (Knuth's multiplicative hash). */
function fraction(seed: number): number {
  return (Math.imul(seed | 0, 2_654_435_761) >>> 0) / 2 ** 32
}
