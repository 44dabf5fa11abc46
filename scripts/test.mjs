import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { defaultDocker } from './lib/docker.mjs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { ROOT } from './lib/paths.mjs'
import { canRunDockerd } from './lib/private-dockerd.mjs'
import { findProcesses } from './lib/processes.mjs'
import { main, Refusal, say } from './lib/say.mjs'
import { suiteOf, SUITES } from './lib/suites.mjs'
import { killProcesses, removeTestRemains } from './lib/test-remains.mjs'

/** Stands in the environment of vitest and its workers, but not of the servers that they start. */
const OWNER_VARIABLE = 'HARNESS_OWNER'

/** Set where a machine is shared and a failure costs a day: what fails is run once more, alone. */
const AGAIN = process.env.TEST_AGAIN === '1'
/** Where a run that was disturbed is told from one that is broken: more files than this fail for a reason. */
const MOST_FILES_AGAIN = 3

/**
 * `npm test [-- vitest's arguments]`, and `npm run test:<suite>`: brings what the tests need, builds, runs them on private servers, and ends with
 * vitest's exit code and one plain line, `N passed, N failed`.
 */
await main(async () => {
  ensureNode()
  const docker = await defaultDocker()
  const needs = ['redis', 'mariadb', 'busybox', 'registry', 'prometheus', 'systemd', ...(SUITES[suiteOf(process.env)]?.needs ?? []), ...(docker.ok ? [] : ['docker'])]
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
    const first = await runOnce(join(folder, 'first.json'), args)
    const again = AGAIN && first.failedFiles.length > 0 && first.failedFiles.length <= MOST_FILES_AGAIN
    const second = again ? await runAlone(join(folder, 'second.json'), first.failedFiles) : null
    const passed = first.passed + (second?.passed ?? 0) - (second === null ? 0 : first.passedInFailedFiles)
    const failed = second === null ? first.failed : second.failed
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
    return second === null ? first.code : second.code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A file that fails beside others and passes alone is told as such: it is to be mended, and says nothing about the change. */
async function runAlone(file, files) {
  say(`Running again, alone: ${files.join(', ')}`)
  const result = await runOnce(file, [...files, '--maxWorkers=1'])
  if (result.code === 0) say(`UNSTABLE: ${files.join(', ')} failed beside others and passed alone.`)
  return result
}

async function runOnce(file, args) {
  const vitest = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, [OWNER_VARIABLE]: String(process.pid) } })
  // Ctrl-C reaches vitest by the terminal; this waits for it to end, and then for what it left behind.
  const wait = () => {}
  const forward = () => vitest.kill('SIGTERM')
  process.on('SIGINT', wait).on('SIGTERM', forward)
  const [code] = await once(vitest, 'exit')
  // When vitest itself was killed, its workers may still be starting servers.
  await killProcesses(findProcesses(({ environment }) => environment().includes(`${OWNER_VARIABLE}=${process.pid}`)))
  await removeTestRemains()
  process.off('SIGINT', wait).off('SIGTERM', forward)
  return { code: code ?? 1, ...count(file, code) }
}

/** A run can fail with no failed test: a leak, an unhandled rejection, a file that does not load. */
function count(file, code) {
  try {
    const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
    const failing = testResults.filter(({ status }) => status === 'failed')
    const unloaded = failing.filter(({ assertionResults }) => !assertionResults.some(test => test.status === 'failed'))
    const failed = numFailedTests + unloaded.length
    const passedInFailedFiles = failing.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed').length
    return { passed, failed: code === 0 ? failed : Math.max(1, failed), failedFiles: failing.map(({ name }) => relative(ROOT, name)), passedInFailedFiles }
  } catch {
    return { passed: 0, failed: 1, failedFiles: [], passedInFailedFiles: 0 }
  }
}
