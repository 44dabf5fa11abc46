import { readFile } from 'node:fs/promises'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { parseYamlDags } from '../../shared/dag/yaml.js'
import { fileKind } from './file-kind.js'

/** The DAGs of one file. Runs what the file says, hence only in an evaluator process. */
export async function evaluateFile(file: string, timeoutMs: number): Promise<DagFileOutcome> {
  try {
    return await evaluateKind(file, timeoutMs)
  } catch (error) {
    const message = `the file cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, inputs: [file], problems: [{ file, line: null, column: null, dag: null, task: null, message }] }
  }
}

async function evaluateKind(file: string, timeoutMs: number): Promise<DagFileOutcome> {
  switch (fileKind(file)) {
    // The compiler takes longer to load than most YAML files to evaluate.
    case 'script': return (await import('./script.js')).evaluateScript(file, timeoutMs)
    case 'yaml': return evaluateYaml(file)
    case null: throw new Error('a DAG file ends in .ts, .mts, .js, .mjs, .yaml or .yml')
  }
}

async function evaluateYaml(file: string): Promise<DagFileOutcome> {
  const { versions, problems } = parseYamlDags(await readFile(file, 'utf8'), file)
  return problems.length === 0 ? { ok: true, dags: versions, inputs: [file] } : { ok: false, problems, inputs: [file] }
}
