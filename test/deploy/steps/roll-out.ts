import { expect } from 'vitest'
import { Blocks } from '../../harness/typed.js'
import { until } from '../../harness/wait.js'
import { stoppedAtOne, undisturbed } from '../checks.js'
import { attemptsOf } from '../collect.js'
import type { Load } from '../load.js'
import type { Site } from '../site.js'

interface Rollout {
  readonly releases: readonly { readonly version: string; readonly halted: { readonly why: string } | null }[]
  readonly nodes: readonly { readonly name: string; readonly version: string; readonly standing: string }[]
}

const rollout = (site: Site): Promise<Rollout> => site.ask('releases show')
const want = (site: Site, version: string, more = ''): Promise<string> => site.sh(site.control, `longshore releases set ${version} ${more}`)
const versionOf = (site: Site, node: string): Promise<string> => site.sh(node, "dpkg-query -W -f '${Version}' longshore")

interface Installation {
  readonly version: string
  /** When dpkg began and when it had installed it, its services restarted. */
  readonly from: number
  readonly to: number
}

/** What a node's dpkg installed, in its order. */
async function installations(site: Site, node: string): Promise<Installation[]> {
  const text = await site.sh(node, "grep -hE ' (install|upgrade) longshore:| status installed longshore:' /var/log/dpkg.log || true")
  const done: Installation[] = []
  let from = NaN
  for (const line of text.split('\n')) {
    const [, time, what, version] = /^(\S+ \S+) (install|upgrade|status installed) longshore:.* (\S+)$/.exec(line) ?? []
    if (time === undefined || version === undefined) continue
    const at = Date.parse(`${time.replace(' ', 'T')}Z`)
    if (what === 'status installed') done.push({ version, from, to: at })
    else from = at
  }
  return done
}

/** A version is wanted, and the nodes get it by themselves, control node first, one after the other, under tasks that run. */
export async function upgrade(site: Site, load: Load, nodes: readonly string[], to: string): Promise<void> {
  const workers = nodes.filter(node => node !== site.control)
  const hold = await load.hold(...workers)
  // As docs/operations/upgrade.md has it typed, of this very version.
  const pages = new Blocks('nodes')
  const [set, freeze] = pages.take('upgrade.md', 'Over all machines, by themselves')
  expect(set?.text).toContain(`releases set ${to}\n`)
  expect(await site.sh(site.control, set?.text ?? '')).toContain(to)
  await until(async () => {
    const { nodes: all } = await rollout(site)
    return all.length === nodes.length && all.every(({ version, standing }) => version === to && standing === 'done')
  }, { timeout: 600_000, interval: 2_000, describe: `${to} on ${nodes.join(', ')}` })
  expect(await Promise.all(nodes.map(node => versionOf(site, node)))).toEqual(nodes.map(() => to))
  await site.workers(workers.length, to)
  expect(undisturbed(hold.running, await site.running(...workers), await attemptsOf(site))).toEqual([])
  await load.letGo(hold)
  const first = async (node: string): Promise<number> => (await installations(site, node)).find(({ version }) => version === to)?.to ?? 0
  const control = await first(site.control)
  for (const worker of workers) expect(await first(worker), `${worker} after the control node`).toBeGreaterThan(control)
  expect(await site.sh(site.control, freeze?.text ?? '')).toContain('a freeze')
  expect((await rollout(site)).releases.filter(({ halted }) => halted !== null)).toEqual([])
  expect(pages.left()).toEqual([])
  expect(await site.sh(site.control, "mariadb -N -e \"SHOW COLUMNS FROM dags LIKE 'proof'\" longshore")).toContain('proof')
}

/** A version whose workers never become ready: one node tries it and goes back by itself, and no other begins. How long it took, and how long a good one had taken there. */
export async function breakRelease(site: Site, load: Load, workers: readonly string[], good: string, broken: string): Promise<{ readonly usualMs: number; readonly brokenMs: number }> {
  const hold = await load.hold(...workers)
  await want(site, broken, '--role worker')
  await until(async () => {
    const { releases, nodes } = await rollout(site)
    return releases.some(({ version, halted }) => version === broken && halted !== null) && nodes.some(({ standing }) => standing === 'failed')
  }, { timeout: 300_000, interval: 1_000, describe: `the roll-out of ${broken} to be halted` })
  await site.workers(workers.length, good)
  expect(undisturbed(hold.running, await site.running(...workers), await attemptsOf(site))).toEqual([])
  await load.letGo(hold)
  await load.another()

  const done = new Map(await Promise.all(workers.map(async node => [node, await installations(site, node)] as const)))
  const tried = workers.filter(node => done.get(node)?.some(({ version }) => version === broken))
  expect(stoppedAtOne(tried, new Map(await Promise.all(workers.map(async node => [node, await versionOf(site, node)] as const))), broken)).toEqual([])
  const list = done.get(tried[0] ?? '') ?? []
  await want(site, good)
  const [first, bad] = [good, broken].map(wanted => list.find(({ version }) => version === wanted))
  const back = list.findLast(({ version }) => version === good)
  return { usualMs: (first?.to ?? NaN) - (first?.from ?? NaN), brokenMs: (back?.to ?? NaN) - (bad?.from ?? NaN) }
}
