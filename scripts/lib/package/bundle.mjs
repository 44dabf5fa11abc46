import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../paths.mjs'

/**
 * Native modules, which lie beside the bundle, and drivers that knex, BullMQ and ssh2 would take if they were installed and
 * that Longshore never asks for.
 */
export const NATIVE = ['libsql', 'esbuild']
const NEVER = ['better-sqlite3', 'sqlite3', 'mysql', 'mariadb', 'mariadb/callback', 'oracledb', 'pg', 'pg-native', 'pg-query-stream', 'tedious', '@valkey/valkey-glide', 'cpu-features']

/** Modules that are written for CommonJS find what they expect. */
const BANNER = [
  "import { createRequire as $createRequire } from 'node:module'",
  "import { dirname as $dirname } from 'node:path'",
  "import { fileURLToPath as $fileURLToPath } from 'node:url'",
  'const require = $createRequire(import.meta.url)',
  'const __filename = $fileURLToPath(import.meta.url)',
  'const __dirname = $dirname(__filename)',
].join('; ')

/**
 * One file for each kind of process: everything that it may ever import is in memory once it has started, so that an upgrade under
 * it mixes no versions. The evaluator is started again and again by a scheduler that may be older than the files on disk: its
 * name holds its content, and a scheduler finds its own or none.
 *
 * Returns the sources that went in, relative to the checkout.
 */
export async function bundleProcesses(folder) {
  mkdirSync(folder, { recursive: true })
  const evaluator = await bundle('scheduler/dag-processor/evaluator.ts', [])
  const evaluatorName = `evaluator-${createHash('sha256').update(evaluator.code).digest('hex').slice(0, 12)}.js`
  writeFileSync(join(folder, evaluatorName), evaluator.code)
  const main = await bundle('cli/main.ts', [
    [/scheduler\/dag-processor\/evaluator-process\.ts$/, "'./evaluator.js'", `'./${evaluatorName}'`],
    // The `require` that it makes for itself would be out of the bundler's sight.
    [/shared\/database\/sqlite-client\.ts$/, 'const require = createRequire(import.meta.url)', ''],
  ])
  writeFileSync(join(folder, 'longshore.js'), main.code)
  return [...new Set([...evaluator.inputs, ...main.inputs])].sort()
}

async function bundle(entry, edits) {
  const { build } = await import('esbuild')
  const { outputFiles: [output], metafile } = await build({
    entryPoints: [join(ROOT, entry)], absWorkingDir: ROOT, outfile: join(ROOT, 'longshore.js'), write: false,
    bundle: true, format: 'esm', platform: 'node', target: 'node20.19', keepNames: true, legalComments: 'none', charset: 'utf8',
    // The same text wherever node_modules really lies.
    preserveSymlinks: true, metafile: true, logLevel: 'warning', banner: { js: BANNER }, external: [...NATIVE, ...NEVER],
    plugins: [...edits.map(edit => replacement(...edit)), withoutAddons],
  })
  return { code: output.text, inputs: Object.keys(metafile.inputs) }
}

/** Replaces one text in one file, and fails when it is no longer there to be replaced. */
const replacement = (filter, before, after) => ({
  name: `replacement in ${filter.source}`,
  setup: build => {
    build.onLoad({ filter }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (source.split(before).length !== 2) throw new Error(`${path} is expected to hold ${before} once: see scripts/lib/package/bundle.mjs`)
      return { contents: source.replace(before, after), loader: 'ts' }
    })
  },
})

/** ssh2 tries a compiled addon and does without when that throws. */
const withoutAddons = {
  name: 'without addons',
  setup: build => {
    build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, namespace: 'addon' }))
    build.onLoad({ filter: /.*/, namespace: 'addon' }, () => ({ contents: "throw new Error('not part of the package')", loader: 'js' }))
  },
}
