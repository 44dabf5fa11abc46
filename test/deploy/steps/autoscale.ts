import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { mustRun } from '../../../scripts/lib/command.mjs'
import { atEnd } from '../../harness/cleanup.js'
import { childEnvironment } from '../../harness/environment.js'
import { tempDir } from '../../harness/temp-dir.js'
import { until } from '../../harness/wait.js'
import type { Load } from '../load.js'
import type { Site } from '../site.js'

/**
 * Of a node's 24 slots as many are to be in use as the schedule takes with room to spare (5 to 8), so that one node is enough for it and 30
 * more tasks want four.
 */
const AIM = 0.4
const CROWD = 30

/** The program of the package brings the pool from one node to four and back by what waits and runs, with Terraform as its hands. */
export async function autoscale(site: Site, load: Load, deb: string, version: string): Promise<{ readonly grownMs: number; readonly shrunkMs: number }> {
  const root = tempDir('program')
  await mustRun('dpkg-deb', ['-x', deb, root])
  const program = join(root, 'usr/lib/longshore')
  const args = ['node', 'autoscale', '--pool', 'default', '--min', '1', '--max', '4', '--aim', String(AIM), '--every', '2s', '--warmup', '5s', '--calm', '10s', '--command', site.applyCommand(deb)]
  const scaler = spawn(join(program, 'bin/node'), [join(program, 'lib/longshore.js'), ...args], { env: childEnvironment({ LONGSHORE_DATABASE_URL: await site.databaseUrl() }), stdio: ['ignore', 'ignore', 'inherit'], cwd: root })
  atEnd(() => { scaler.kill('SIGKILL') })
  await site.workers(1, version)

  const began = performance.now()
  const crowd = await load.crowd(CROWD)
  await site.workers(4, version)
  await site.watch(...[2, 3, 4].map(number => site.worker(number)))
  const grown = performance.now()
  await until(async () => (await site.running(...[1, 2, 3, 4].map(number => site.worker(number)))).length >= CROWD, { timeout: 180_000, interval: 1_000, describe: 'the crowd to run' })
  const letGo = performance.now()
  await load.letGo(crowd)
  await site.workers(1, version)
  scaler.kill('SIGTERM')
  if (scaler.exitCode === null) await once(scaler, 'exit')
  return { grownMs: grown - began, shrunkMs: performance.now() - letGo }
}
