import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { ROOT } from './paths.mjs'
import { Refusal, say } from './say.mjs'

/** Runs `npm ci` unless node_modules already is what package-lock.json says. */
export async function ensureModules() {
  if (modulesAreCurrent()) return
  say('Installing the npm modules …')
  const { code, stdout, stderr } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT })
  if (code !== 0) throw new Refusal(`npm ci failed (exit ${code}):\n${`${stdout}${stderr}`.trim()}`, 1)
}

/**
 * npm writes down what it installed in node_modules/.package-lock.json. The contents are compared, not the times: a
 * checkout touches every file.
 */
function modulesAreCurrent() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  if (wanted === null || installed === null) return false
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    const own = installed[path]
    // Optional ones may be for another platform.
    if (own === undefined ? !entry.optional : own.version !== entry.version || own.integrity !== entry.integrity) return false
  }
  return Object.keys(installed).every(path => path in wanted)
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages
  } catch {
    return null
  }
}
