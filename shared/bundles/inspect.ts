import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DagFileOutcome } from '../dag/model.js'
import { LongshoreError } from '../errors.js'
import { problemLine } from '../views/problem-line.js'
import { sha256, type Bundle } from './bundle.js'
import { writeBundle } from './folder.js'
import { manifestOf, type ManifestDag } from './manifest.js'

/** Evaluates every DAG file below a folder as a scheduler would. Everything in the answer is named by its path in the folder. */
export type EvaluateFolder = (folder: string) => Promise<ReadonlyMap<string, DagFileOutcome>>

const MOST_PROBLEMS = 200
/** What is known of a bundle's DAGs is one value in the database. */
const MOST_DAGS = 20_000

/**
 * The DAGs of a bundle, evaluated from an own copy: nothing but what is in it can take part.
 * @throws LongshoreError LS_DAG_INVALID with all problems of all files, LS_BUNDLE_INVALID when there is no DAG in it, LS_BUNDLE_TOO_LARGE
 */
export async function inspectBundle(bundle: Bundle, evaluate: EvaluateFolder): Promise<readonly ManifestDag[]> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'longshore-bundle-'))
  try {
    await writeBundle(folder, bundle)
    const outcomes = [...await evaluate(folder)]
    const problems = outcomes.flatMap(([, outcome]) => (outcome.ok ? [] : outcome.problems))
    if (problems.length > 0) {
      const lines = problems.slice(0, MOST_PROBLEMS).map(problem => `  ${problemLine(problem)}`)
      const rest = problems.length - lines.length
      throw new LongshoreError('LS_DAG_INVALID', `nothing is deployed: ${problems.length === 1 ? 'there is a problem' : `there are ${problems.length} problems`} in the DAG files\n${lines.join('\n')}${rest > 0 ? `\n  and ${rest} more` : ''}`, {
        hint: 'Correct the files and deploy them again; `longshore dags validate` says the same without a server.',
      })
    }
    const digests = new Map(bundle.files.map(({ path, content }) => [path, sha256(content)]))
    const dags = outcomes.flatMap(([file, outcome]) => (outcome.ok ? manifestOf(file, outcome.dags, outcome.inputs, digests) : []))
    if (dags.length > MOST_DAGS) throw new LongshoreError('LS_BUNDLE_TOO_LARGE', `it has ${dags.length} DAGs, and a bundle has ${MOST_DAGS} at most`)
    if (dags.length === 0) throw new LongshoreError('LS_BUNDLE_INVALID', 'there is no DAG in it, and it would remove all that there are', { hint: 'Name the folder that has the DAG files in it.' })
    return dags
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
