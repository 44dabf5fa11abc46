import { dirname, join, resolve } from 'node:path'
import { build as esbuild, type BuildFailure, type Message, type Plugin } from 'esbuild'
import type { DagProblem } from '../../shared/dag/model.js'

export type Bundle = { readonly inputs: readonly string[] } & (
  | { readonly ok: true; readonly code: string; readonly map: string }
  | { readonly ok: false; readonly problems: readonly DagProblem[] }
)

/** Queries and scripts can be imported as texts, which makes them inputs: an edit evaluates the DAG again. */
const TEXT = Object.fromEntries(['.sql', '.sh', '.py', '.txt', '.md'].map(extension => [extension, 'text'] as const))

/** Warnings of esbuild about code that would silently do something else here. */
const FATAL_WARNINGS = new Set(['empty-import-meta'])

/** One DAG file and everything it imports by path, as one CommonJS script. Packages stay imports. */
export async function bundle(file: string): Promise<Bundle> {
  const inputs = new Set([file])
  const directory = dirname(file)
  try {
    const result = await esbuild({
      entryPoints: [file], absWorkingDir: directory, outfile: join(directory, 'longshore.bundle.js'), write: false, bundle: true,
      format: 'cjs', platform: 'node', target: 'node20', packages: 'external', sourcemap: 'external', logLevel: 'silent', loader: TEXT,
      plugins: [recorder(inputs)],
    })
    const warnings = result.warnings.filter(({ id }) => FATAL_WARNINGS.has(id))
    if (warnings.length > 0) return { ok: false, inputs: [...inputs], problems: warnings.map(warning => problem(warning, file)) }
    const output = (suffix: string): string => result.outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? ''
    return { ok: true, inputs: [...inputs], code: output('.js'), map: output('.js.map') }
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>
    if (errors === undefined) throw error
    return { ok: false, inputs: [...inputs], problems: errors.map(message => problem(message, file)) }
  }
}

/** esbuild lists its inputs only when it succeeds; a mistake in a helper must still be found again when the helper is mended. */
const recorder = (inputs: Set<string>): Plugin => ({
  name: 'inputs',
  setup: build => {
    build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
      inputs.add(path)
      return undefined
    })
  },
})

function problem({ text, location, id }: Message, file: string): DagProblem {
  const message = id === 'empty-import-meta' ? 'import.meta has no meaning in a DAG file; import texts (.sql, .sh, .py, .txt, .md) instead of reading them' : text
  if (!location) return { file, line: null, column: null, dag: null, task: null, message }
  return { file: resolve(dirname(file), location.file), line: location.line, column: location.column + 1, dag: null, task: null, message }
}
