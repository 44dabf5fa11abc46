import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import type { EvaluateFolder } from '../../shared/bundles/inspect.js'
import type { Config } from '../../shared/config/schema.js'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { LongshoreError } from '../../shared/errors.js'
import { formatDuration } from '../../shared/time/duration.js'
import { DagIdClaims } from './dag-id-claims.js'
import { EvaluatorPool } from './evaluator-pool.js'
import { listDagFiles } from './list-files.js'

/** Every DAG file below a folder, all of them found together; files are named by their paths in it. */
export async function evaluateFolder(folder: string, evaluate: (file: string) => Promise<DagFileOutcome>): Promise<ReadonlyMap<string, DagFileOutcome>> {
  const files = await listDagFiles(folder)
  const outcomes = await Promise.all(files.map(evaluate))
  const claims = new DagIdClaims()
  const effective = new Map<string, DagFileOutcome>()
  for (const [index, path] of files.entries()) {
    const told = claims.set(relative(folder, path), 0, inFolder(outcomes[index] as DagFileOutcome, folder))
    for (const { file, outcome } of told) effective.set(file, outcome)
  }
  return effective
}

/** Nobody elsewhere knows where the folder lies. */
function inFolder(outcome: DagFileOutcome, folder: string): DagFileOutcome {
  const inputs = outcome.inputs.map(input => relative(folder, input))
  if (outcome.ok) return { ...outcome, inputs }
  return { ok: false, inputs, problems: outcome.problems.map(problem => ({ ...problem, file: relative(folder, problem.file), message: problem.message.replaceAll(`${folder}/`, '') })) }
}

/** Evaluates folders one after the other in processes of their own: whoever sends many has to wait, not this machine. */
export function folderEvaluator({ dagTimeout, dagMemory }: Pick<Config, 'dagTimeout' | 'dagMemory'>, mostMs: number): EvaluateFolder {
  let turn: Promise<unknown> = Promise.resolve()
  const evaluate = async (folder: string): Promise<ReadonlyMap<string, DagFileOutcome>> => {
    const pool = new EvaluatorPool({ size: Math.max(1, Math.min(4, availableParallelism())), timeoutMs: dagTimeout, memoryBytes: dagMemory })
    let isLate = false
    const limit = setTimeout(() => { isLate = true; void pool.stop() }, mostMs)
    try {
      const outcomes = await evaluateFolder(folder, file => pool.evaluate(file))
      if (isLate) throw new LongshoreError('LS_DAG_TIMEOUT', `evaluating all DAG files took longer than ${formatDuration(mostMs)} together`)
      return outcomes
    } finally {
      clearTimeout(limit)
      await pool.stop()
    }
  }
  return folder => {
    const mine = turn.then(() => evaluate(folder))
    turn = mine.catch(() => {})
    return mine
  }
}
