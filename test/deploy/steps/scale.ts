import { expect } from 'vitest'
import { until } from '../../harness/wait.js'
import { leftEmpty, onlyChange } from '../checks.js'
import { containersOf } from '../collect.js'
import type { Load } from '../load.js'
import type { Site } from '../site.js'

const addressOf = (number: number): string => `terraform_data.worker["default-${number}"]`

/** One number more: one node more, which takes its part of the work. */
export async function grow(site: Site, deb: string, version: string, to: number): Promise<void> {
  expect(onlyChange(await site.plan(to, deb), 'create', addressOf(to))).toEqual([])
  await site.apply(to, deb)
  await site.watch(site.worker(to))
  await site.workers(to, version)
}

/** One number less, while the node that goes has tasks that do not end by themselves: it waits for them. */
export async function shrink(site: Site, load: Load, deb: string, from: number): Promise<void> {
  const node = site.worker(from)
  const hold = await load.hold(node)
  expect(onlyChange(await site.plan(from - 1, deb), 'delete', addressOf(from))).toEqual([])
  const applied = site.apply(from - 1, deb)
  // An apply that fails is told where it is waited for.
  applied.catch(() => {})
  await until(async () => (await site.show(node, 'longshore-drain@default', 'ActiveState')) === 'activating', { timeout: 60_000, interval: 300, describe: `${node} to drain` })
  expect((await site.running(node)).map(({ id }) => id)).toEqual(expect.arrayContaining(hold.running.filter(one => one.node === node).map(({ id }) => id)))
  await load.letGo(hold)
  await applied
  expect(leftEmpty(node, await containersOf(site))).toEqual([])
}
