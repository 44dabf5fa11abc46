import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { run } from './command.mjs'
import { withLock } from './lock.mjs'
import { ROOT, STATE } from './paths.mjs'
import { Refusal, say } from './say.mjs'

const DIST = join(ROOT, 'dist')
const ROOMS = ['shared', 'scheduler', 'worker', 'web', 'cli']
/** The pages are built by Vite into a folder of their own. */
const UI = join(ROOT, 'web/ui')
const UI_OUTPUT = join(DIST, 'ui')
const UI_SOURCES = [UI, join(ROOT, 'web/client')]
const SKIPPED_FOLDERS = new Set(['node_modules', '__snapshots__', 'fixtures'])

/**
 * Compiles the rooms into dist/, copies what is not TypeScript (Lua scripts, SQL) beside it, and has Vite build the pages
 * into dist/ui. Nothing is done when no source changed since the last build; output whose source is gone is removed, so
 * that nothing stale is loaded.
 */
export function ensureBuild() {
  return withLock(join(STATE, 'build.lock'), async () => {
    const started = Date.now()
    await unlessStamped('.build-stamp', ROOMS.flatMap(room => filesUnder(join(ROOT, room), [UI])), buildRooms)
    await ensureUiLocked()
    if (Date.now() - started > 3_000) say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
  })
}

/** Only the pages. */
export const ensureUi = () => withLock(join(STATE, 'build.lock'), ensureUiLocked)

const ensureUiLocked = () => unlessStamped('.ui-stamp', UI_SOURCES.flatMap(folder => filesUnder(folder)), buildUi)

async function unlessStamped(name, sources, build) {
  const file = join(DIST, name)
  const stamp = stampOf(sources)
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return
  rmSync(file, { force: true })
  mkdirSync(DIST, { recursive: true })
  await build(sources)
  writeFileSync(file, stamp)
}

async function buildRooms(sources) {
  removeStale(sources)
  await runTool('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--pretty', 'false')
  for (const asset of sources.filter(isAsset)) {
    const target = join(DIST, relative(ROOT, asset))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(asset, target)
  }
}

const buildUi = () => runTool('vite/bin/vite.js', 'build', 'web/ui', '--logLevel', 'warn')

async function runTool(script, ...args) {
  const { code, stdout, stderr } = await run(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: ROOT })
  if (code !== 0) throw new Refusal(`The build failed:\n${`${stdout}${stderr}`.trim()}`, 1)
}

const isTypeScript = path => /\.[cm]?ts$/.test(path)
const isAsset = path => !isTypeScript(path) && !path.endsWith('.md')

function filesUnder(folder, without = []) {
  if (!existsSync(folder) || without.includes(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.name.startsWith('.') || SKIPPED_FOLDERS.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path, without) : [path]
  })
}

function stampOf(sources) {
  const hash = createHash('sha256')
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map(name => join(ROOT, name))
  for (const path of [...sources.filter(path => !path.endsWith('.test.ts')), ...settings]) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${relative(ROOT, path)} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** tsc never removes anything. A file in dist/ stays only while the source that makes it is there. */
function removeStale(sources) {
  const known = new Set(sources.map(path => relative(ROOT, path)))
  for (const path of filesUnder(DIST, [UI_OUTPUT])) {
    const name = relative(DIST, path)
    const source = name.replace(/(\.d)?\.([cm]?)[jt]s(\.map)?$/, '.$2ts')
    if (!known.has(name) && !known.has(source)) rmSync(path)
  }
  // Without an output that it once wrote, tsc's memory would be wrong: it would not write it again.
  if (sources.some(path => isTypeScript(path) && !path.endsWith('.test.ts') && !path.endsWith('.d.ts') && !existsSync(join(DIST, relative(ROOT, path).replace(/ts$/, 'js'))))) {
    rmSync(join(DIST, '.tsbuildinfo'), { force: true })
  }
}
