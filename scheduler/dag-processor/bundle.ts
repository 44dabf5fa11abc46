import { readFile } from 'node:fs/promises'
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
      plugins: [loader(inputs)],
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

/**
 * Notes what is loaded: esbuild lists its inputs only when it succeeds, and a mistake in a helper must still be found again
 * when the helper is mended. Gives each file its own `__filename` and `__dirname`, which a bundle would else lose.
 */
const loader = (inputs: Set<string>): Plugin => ({
  name: 'longshore',
  setup: build => {
    build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path }) => {
      inputs.add(path)
      const kind = /\.[cm]?([jt]s)$/.exec(path)?.[1]
      if (kind === undefined) return undefined
      const source = await readFile(path, 'utf8')
      if (!/\b__(?:dir|file)name\b/.test(source)) return undefined
      return { contents: `const __filename = ${JSON.stringify(path)}, __dirname = ${JSON.stringify(dirname(path))}; ${source}`, loader: kind as 'js' | 'ts' }
    })
  },
})

function problem({ text, location, id }: Message, file: string): DagProblem {
  const message = id === 'empty-import-meta' ? 'import.meta has no meaning in a DAG file; use __dirname and __filename, or import texts (.sql, .sh, .py, .txt, .md)' : text
  if (!location) return { file, line: null, column: null, dag: null, task: null, message }
  return { file: resolve(dirname(file), location.file), line: location.line, column: location.column + 1, dag: null, task: null, message }
}
