import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultDocker } from './lib/docker.mjs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { ROOT } from './lib/paths.mjs'
import { canRunDockerd } from './lib/private-dockerd.mjs'
import { findProcesses } from './lib/processes.mjs'
import { main, Refusal } from './lib/say.mjs'
import { killProcesses, removeTestRemains } from './lib/test-remains.mjs'

/** Stands in the environment of vitest and its workers, but not of the servers that they start. */
const OWNER_VARIABLE = 'HARNESS_OWNER'

/**
 * `npm test [-- vitest's arguments]`: brings what the tests need, builds, runs them on private servers, and ends with
 * vitest's exit code and one plain line, `N passed, N failed`.
 */
await main(async () => {
  ensureNode()
  const docker = await defaultDocker()
  const needs = ['redis', 'mariadb', 'busybox', 'registry', ...(docker.ok ? [] : ['docker'])]
  await Promise.all([ensurePackages(needs), ensureModules()])
  if (!docker.ok && !canRunDockerd()) {
    throw new Refusal(`The tests run containers. Docker does not answer on ${docker.host} (${docker.reason}), and starting a private one takes root.\n`
      + 'Start Docker and let this user reach its socket, or run the tests as root.')
  }
  await ensureBuild()
  return runVitest(process.argv.slice(2))
})

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-results-'))
  try {
    const file = join(folder, 'results.json')
    const vitest = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
      { cwd: ROOT, stdio: 'inherit', env: { ...process.env, [OWNER_VARIABLE]: String(process.pid) } })
    // Ctrl-C reaches vitest by the terminal; this waits for it to end, and then for what it left behind.
    const wait = () => {}
    process.on('SIGINT', wait).on('SIGTERM', () => vitest.kill('SIGTERM'))
    const [code] = await once(vitest, 'exit')
    // When vitest itself was killed, its workers may still be starting servers.
    await killProcesses(findProcesses(({ environment }) => environment().includes(`${OWNER_VARIABLE}=${process.pid}`)))
    await removeTestRemains()
    process.off('SIGINT', wait)
    const { passed, failed } = count(file)
    // A run can fail with no failed test: a leak, an unhandled rejection, a file that does not load.
    const failures = code === 0 ? failed : Math.max(1, failed)
    process.stdout.write(`\n${passed} passed, ${failures} failed\n`)
    return code ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function count(file) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
    const unloaded = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(test => test.status === 'failed'))
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
