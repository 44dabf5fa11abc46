import { until } from '../../harness/wait.js'
import { undisturbed } from '../checks.js'
import { attemptsOf } from '../collect.js'
import type { Load } from '../load.js'
import type { Site } from '../site.js'

const WORKER = 'longshore-worker@default'

/** SIGKILL for the worker of a node with tasks; systemd starts it again, and it takes them over. */
export async function killWorker(site: Site, load: Load, node: string): Promise<string[]> {
  const { running: before, ...hold } = await load.hold(node)
  const pid = await site.show(node, WORKER, 'MainPID')
  await site.sh(node, `kill -9 ${pid}`)
  await until(async () => (await site.show(node, WORKER, 'MainPID')) !== pid && (await site.show(node, WORKER, 'ActiveState')) === 'active', { timeout: 90_000, interval: 300, describe: 'the worker to be back' })
  return after(site, load, { running: before, ...hold })
}

/** Docker is restarted below tasks that run; with live-restore they run on. */
export async function restartDocker(site: Site, load: Load, node: string): Promise<string[]> {
  const hold = await load.hold(node)
  await site.sh(node, 'systemctl restart docker')
  return after(site, load, hold)
}

async function after(site: Site, load: Load, hold: Awaited<ReturnType<Load['hold']>>): Promise<string[]> {
  const found = undisturbed(hold.running, await site.running(...new Set(hold.running.map(({ node }) => node))), await attemptsOf(site))
  await load.letGo(hold)
  // Who took them over reports their end.
  const ids = new Set(hold.running.map(({ attempt }) => attempt))
  await until(async () => (await attemptsOf(site)).filter(row => ids.has(row.attempt)).every(({ state }) => state === 'finished'), { timeout: 90_000, interval: 500, describe: 'the tasks that were held to end' })
  return found
}
