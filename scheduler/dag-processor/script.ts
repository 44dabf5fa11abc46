import { createRequire } from 'node:module'
import { Script } from 'node:vm'
import { defineDagWith, draftOf, isDag, type Dag } from '../../shared/authoring/dag.js'
import * as authoring from '../../shared/authoring/index.js'
import { compileDag } from '../../shared/dag/compile.js'
import type { DagDraft } from '../../shared/dag/draft.js'
import type { DagFileOutcome, DagProblem, DagVersion } from '../../shared/dag/model.js'
import { repeatedDags } from '../../shared/dag/repeated.js'
import { bundle } from './bundle.js'
import { scriptName, SourcePositions } from './source-positions.js'

/** Evaluates a TypeScript or JavaScript file and compiles the DAGs that it exports. */
export async function evaluateScript(file: string, timeoutMs: number): Promise<DagFileOutcome> {
  const bundled = await bundle(file)
  if (!bundled.ok) return bundled
  const { inputs } = bundled
  const positions = new SourcePositions(file, bundled.map)
  const defined: Dag[] = []
  let exports: Record<string, unknown>
  try {
    exports = run(file, bundled.code, timeoutMs, dag => defined.push(dag))
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`
    return { ok: false, inputs, problems: [{ ...positions.ofError(error), dag: null, task: null, message }] }
  }
  const exported = exportedDags(exports)
  const drafts = exported.map(dag => inSource(draftOf(dag), positions))
  const problems: DagProblem[] = [...promises(exports, file), ...notExported(defined, exported, positions, file), ...repeatedDags(drafts)]
  const dags: DagVersion[] = []
  for (const draft of drafts) {
    const compiled = compileDag(draft)
    if (compiled.ok) dags.push(compiled.version)
    else problems.push(...compiled.problems)
  }
  return problems.length === 0 ? { ok: true, inputs, dags } : { ok: false, inputs, problems }
}

function run(file: string, code: string, timeoutMs: number, onDag: (dag: Dag) => void): Record<string, unknown> {
  const api = { ...authoring, dag: defineDagWith(onDag) }
  const fromFile = createRequire(file)
  const require = (id: string): unknown => (id === 'longshore' ? api : fromFile(id))
  const module = { exports: {} as Record<string, unknown> }
  const holder = globalThis as { longshoreScope?: unknown }
  holder.longshoreScope = { module, require }
  try {
    // On one line with the code, so that lines stay what the source map says. The timeout is a backstop: it ends an endless
    // loop whose parent has died and can no longer kill it.
    const before = '(({ module, require }) => (exports => {'
    const script = new Script(`${before}${code}\n})(module.exports))(globalThis.longshoreScope)`, { filename: scriptName(file), columnOffset: -before.length })
    // Undecorated: the decoration would put a place without a column before the frames of the stack.
    script.runInThisContext({ timeout: timeoutMs, displayErrors: false })
  } finally {
    delete holder.longshoreScope
  }
  return module.exports
}

/** By default, by name or in an array; one that is exported twice counts once. */
function exportedDags(exports: Record<string, unknown>): Dag[] {
  return [...new Set(Object.values(exports).flat().filter(isDag))]
}

function promises(exports: Record<string, unknown>, file: string): DagProblem[] {
  return Object.entries(exports)
    .filter(([, value]) => value instanceof Promise)
    .map(([name]) => ({
      file, line: null, column: null, dag: null, task: null,
      message: `the export '${name}' is a promise; DAG files are evaluated at once, without waiting`,
    }))
}

/** A DAG that is defined in the file itself and not exported was forgotten; one of an imported file belongs to that file. */
function notExported(defined: readonly Dag[], exported: readonly Dag[], positions: SourcePositions, file: string): DagProblem[] {
  return defined
    .filter(dag => !exported.includes(dag))
    .map(dag => ({ dag, at: positions.toSource(draftOf(dag).locate([])) }))
    .filter(({ at }) => at.file === file)
    .map(({ dag, at }) => ({
      ...at, dag: String(dag.id), task: null, message: `DAG '${String(dag.id)}' is defined but not exported; write 'export default dag(…)' or 'export const …'`,
    }))
}

const inSource = (draft: DagDraft, positions: SourcePositions): DagDraft => ({
  ...draft,
  locate: path => positions.toSource(draft.locate(path)),
  tasks: draft.tasks.map(task => ({ ...task, locate: path => positions.toSource(task.locate(path)) })),
})
