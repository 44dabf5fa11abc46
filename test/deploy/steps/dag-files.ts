import { expect } from 'vitest'
import { until } from '../../harness/wait.js'
import { attemptsOf, logsOf } from '../collect.js'
import { SECOND_VERSION, STEADY } from '../dags.js'
import type { Load } from '../load.js'
import type { Site } from '../site.js'

/** A DAG file is changed and deployed while runs of it are under way; later runs are of the new version. */
export async function changeDag(site: Site, load: Load): Promise<void> {
  await load.deploy({ version: SECOND_VERSION })
  await printed(site, SECOND_VERSION)
}

/** A broken DAG file is refused when it is deployed, by name; the version in force runs on. */
export async function breakDag(site: Site, load: Load): Promise<void> {
  const before = await inForce(site)
  site.dag('steady', `dag: ${STEADY}\ntasks: [this is no task\n`)
  await expect(site.deploy()).rejects.toThrow('steady.yaml')
  await load.another()
  await printed(site, SECOND_VERSION)
  await load.deploy({ version: SECOND_VERSION })
  expect(await inForce(site)).toBe(before)
}

async function inForce(site: Site): Promise<string | undefined> {
  return (await site.ask<readonly { readonly bundle: string; readonly active: boolean }[]>('deploy list')).find(({ active }) => active)?.bundle
}

/** Waits until the newest task of the schedule that has ended is of this version. */
async function printed(site: Site, version: string): Promise<void> {
  await until(async () => {
    const newest = (await attemptsOf(site)).filter(row => row.dag === STEADY && row.state === 'finished').sort((a, b) => b.queuedAt - a.queuedAt).slice(0, 1)
    const logs = await logsOf(site, newest)
    return newest.some(({ attempt }) => logs.get(attempt)?.includes(version))
  }, { timeout: 120_000, interval: 1_000, describe: `a run that prints '${version}'` })
}

/** Each version has had its runs, and none came back. */
export async function versionsFollow(site: Site, first: string, second: string): Promise<void> {
  const attempts = (await attemptsOf(site)).filter(({ dag }) => dag === STEADY).sort((a, b) => Number(a.attempt.split('.')[0]) - Number(b.attempt.split('.')[0]))
  const logs = await logsOf(site, attempts)
  const order = attempts.map(({ attempt }) => (logs.get(attempt)?.includes(second) === true ? second : first))
  expect(order.filter((version, index) => index === 0 || version !== order[index - 1])).toEqual([first, second])
}
