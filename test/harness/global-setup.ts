import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { removeTestRemains, RUN_PREFIX } from '../../scripts/lib/test-remains.mjs'
import { DepotServer } from './depot.js'
import { markedEnvironment } from './environment.js'
import { leakedContainers, leakedDaemons, leakedFolders, leakedProcesses } from './leaks.js'

/** Makes the folder of the run, opens the depot, and at the end sees to it that nothing is left; what is left fails the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeTestRemains()
  const folder = mkdtempSync(join(tmpdir(), RUN_PREFIX))
  const marker = basename(folder)
  writeFileSync(join(folder, 'vitest-folder'), project.tmpDir)
  writeFileSync(join(folder, 'owner'), String(process.pid))
  const depot = new DepotServer(folder, markedEnvironment(marker))
  await depot.start()
  project.provide('harness', { folder, marker, depotSocket: depot.socketPath })

  const teardown = once(async () => {
    const { docker } = depot
    const leaks = docker === undefined ? [] : await leakedContainers(docker.socketPath, docker.daemon !== null, depot.containersBefore)
    await depot.stop()
    leaks.push(...await leakedProcesses(marker, folder), ...await leakedDaemons(folder), ...leakedFolders(folder))
    rmSync(folder, { recursive: true, force: true })
    process.off('SIGTERM', interrupted)
    if (leaks.length > 0) {
      process.exitCode = 1
      throw new Error(`the tests left something behind (it has been removed now):\n${leaks.map(leak => `  ${leak}`).join('\n')}`)
    }
  })
  // Where vitest leaves this no time, scripts/test.mjs or the next run removes what is left.
  const interrupted = (): void => void teardown().catch(() => {}).finally(() => process.exit(143))
  process.once('SIGTERM', interrupted)
  return teardown
}

function once(body: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  return () => (result ??= body())
}
