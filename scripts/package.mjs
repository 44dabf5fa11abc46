import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from './lib/command.mjs'
import { ensureUi } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { makeDeb } from './lib/package/deb.mjs'
import { chooseNode } from './lib/package/node-binary.mjs'
import { makeTarball } from './lib/package/tarball.mjs'
import { layOut } from './lib/package/tree.mjs'
import { ROOT } from './lib/paths.mjs'
import { main, Refusal, say, seconds } from './lib/say.mjs'

/**
 * `npm run package [-- --out DIR --version V --node PATH --only deb --level 9]`: a .deb and a tarball of one tree. The same sources, the same Node.js
 * and the same SOURCE_DATE_EPOCH (default: the time of the commit) give the same bytes. The paths go to standard output.
 */
await main(async () => {
  ensureNode()
  const { values: { out, version, node: nodePath, only, level } } = parseArgs({ options: {
    out: { type: 'string', default: join(ROOT, 'dist/package') }, version: { type: 'string', default: ownVersion() }, node: { type: 'string' }, only: { type: 'string' }, level: { type: 'string', default: '9' },
  } })
  if (!/^\d[A-Za-z0-9.+~]*$/.test(version)) throw new Refusal(`--version ${version}: a version begins with a digit and has only letters, digits, '.', '+' and '~'.`)
  if (only !== undefined && only !== 'deb' && only !== 'tarball') throw new Refusal(`--only ${only}: there are deb and tarball.`)
  if (!/^(?:[1-9]|1\d)$/.test(level)) throw new Refusal(`--level ${level}: it is that of zstd, 1 to 19.`)
  await Promise.all([ensurePackages(['packing']), ensureModules()])
  await ensureUi()
  const started = Date.now()
  const node = await chooseNode(nodePath)
  const about = { version, node, level, epoch: await sourceDate() }
  const folder = resolve(out)
  mkdirSync(folder, { recursive: true })
  const root = mkdtempSync(join(tmpdir(), 'longshore-package-'))
  try {
    await layOut(root, about)
    const made = [...(only === 'deb' ? [] : [await makeTarball(root, folder, about)]), ...(only === 'tarball' ? [] : [await makeDeb(root, folder, about)])]
    const sums = made.map(path => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}\n`)
    writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))
    say(`Longshore ${version} with Node.js ${node.version}, in ${seconds(Date.now() - started)}:\n${sums.join('').trimEnd()}`)
    process.stdout.write(made.map(path => `${path}\n`).join(''))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

function ownVersion() {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
async function sourceDate() {
  const given = process.env.SOURCE_DATE_EPOCH
  if (given !== undefined && given !== '') {
    if (!/^\d{1,12}$/.test(given)) throw new Refusal(`SOURCE_DATE_EPOCH is '${given}', which is no number of seconds.`)
    return Number(given)
  }
  const { code, stdout } = await run('git', ['log', '-1', '--format=%ct'], { cwd: ROOT })
  if (code !== 0) throw new Refusal('This is no git checkout: set SOURCE_DATE_EPOCH to the seconds since 1970 that are to stand in the package.')
  return Number(stdout.trim())
}
