import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { ROOT } from './paths.mjs'
import { Refusal, say } from './say.mjs'

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']

/**
 * Runs `npm ci` unless node_modules already is what package-lock.json says.
 *
 * `npm ci` refuses a lock that lacks optional packages of other platforms, as one does that was made with a mirror without them.
 * `npm install` without saving takes the very same versions from the lock; that it did is checked afterwards.
 */
export async function ensureModules() {
  if (modulesAreCurrent()) return
  say('Installing the npm modules …')
  let result = await npm('ci')
  if (lacksOnlyOtherPlatforms(result)) result = await npm('install', '--no-save')
  if (result.code !== 0) throw new Refusal(`npm failed (exit ${result.code}):\n${`${result.stdout}${result.stderr}`.trim().split('\n').slice(0, 40).join('\n')}`, 1)
  if (!modulesAreCurrent()) throw new Refusal('npm reported success, but node_modules is not what package-lock.json says: run `npm install` and look at what it changes in the lock.', 1)
}

function npm(...args) {
  return run('npm', [...args, ...QUIET], { cwd: ROOT })
}

/** Every complaint is about a package for which the lock has not even a version: nothing that this platform needs. */
function lacksOnlyOtherPlatforms({ code, stderr }) {
  const complaints = stderr.split('\n').filter(line => / (Missing|Invalid): /.test(line))
  return code !== 0 && complaints.length > 0 && complaints.every(line => /Missing: \S+@ from lock file/.test(line))
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
