import { resolve } from 'node:path'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { EvaluatorPool, type EvaluatorPoolOptions } from './evaluator-pool.js'

const LIMITS: EvaluatorPoolOptions = { size: 1, timeoutMs: 10_000, memoryBytes: 256 * 1024 * 1024 }

/** Evaluates one file as the scheduler would, in a process of its own. */
export async function validateFile(file: string, options: EvaluatorPoolOptions = LIMITS): Promise<DagFileOutcome> {
  const pool = new EvaluatorPool(options)
  try {
    return await pool.evaluate(resolve(file))
  } finally {
    await pool.stop()
  }
}
