import { resolve } from 'node:path'
import { EvaluatorPool } from '../../scheduler/dag-processor/evaluator-pool.js'
import type { Config } from '../../shared/config/schema.js'
import type { DagVersion } from '../../shared/dag/model.js'
import { LongshoreError } from '../../shared/errors.js'
import { didYouMean } from '../../shared/operations/find.js'
import { problemLine } from '../../shared/views/problem-line.js'

/** The DAG of a file, or the named one of several. */
export async function chooseDag(file: string, id: string | undefined, { dagTimeout, dagMemory }: Config): Promise<DagVersion> {
  const pool = new EvaluatorPool({ size: 1, timeoutMs: dagTimeout, memoryBytes: dagMemory })
  const outcome = await pool.evaluate(resolve(file)).finally(() => pool.stop())
  if (!outcome.ok) throw new LongshoreError('LS_DAG_INVALID', `${file} has errors:\n${outcome.problems.map(problemLine).join('\n')}`, { hint: 'Correct the file; `longshore dags validate` checks it again.' })
  const ids = outcome.dags.map(({ spec }) => spec.dag)
  if (id === undefined) {
    const [only, ...others] = outcome.dags
    if (only === undefined) throw new LongshoreError('LS_DAG_NOT_FOUND', `${file} defines no DAG`, { hint: 'Export one: `export default dag(…)`.' })
    if (others.length > 0) throw new LongshoreError('LS_USAGE', `${file} defines ${ids.length} DAGs: ${ids.join(', ')}`, { hint: 'Name one with --dag.' })
    return only
  }
  const chosen = outcome.dags.find(({ spec }) => spec.dag === id)
  if (chosen === undefined) throw new LongshoreError('LS_DAG_NOT_FOUND', `${file} defines no DAG '${id}'${didYouMean(id, ids)}`, { hint: `It defines ${ids.join(', ') || 'none'}.` })
  return chosen
}
