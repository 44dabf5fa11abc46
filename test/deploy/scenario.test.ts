import { beforeAll, expect, it, vi } from 'vitest'
import { tempDir } from '../harness/temp-dir.js'
import { complaints, digestsFollow, wasGivenBack, type Expectations, type Move } from './checks.js'
import { attemptsOf, collect, pausedOf } from './collect.js'
import { FIRST_VERSION, SECOND_VERSION, STEADY } from './dags.js'
import type { Facts } from './facts.js'
import { Load } from './load.js'
import { Site } from './site.js'
import { attachedTask } from './steps/attached-task.js'
import { autoscale } from './steps/autoscale.js'
import { breakDag, changeDag, versionsFollow } from './steps/dag-files.js'
import { killWorker, restartDocker } from './steps/kill-worker.js'
import { ALIAS, pushImage, REPOSITORY } from './steps/push-image.js'
import { breakRelease, upgrade } from './steps/roll-out.js'
import { grow, shrink } from './steps/scale.js'
import { BROKEN, buildVersion, NEW, OLD } from './versions.js'

// Machines are booted, installed and upgraded, and tasks take their time.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 1_200_000 })

/** `DEPLOY_SHORT=1`, CI's form, has shorter tasks; everything else is the same. */
const SHORT = process.env['DEPLOY_SHORT'] === '1'
const PACE = SHORT ? { every: 4, shortest: 4, spread: 4 } : { every: 5, shortest: 20, spread: 20 }

const releases = tempDir('releases')
const packages = new Map<string, string>()
const timings: string[] = []
let site: Site
let load: Load
let laterVersions: Promise<void>
let image: string
let firstDigest: string
let move: Move
let expected: Expectations
let facts: Facts

/** Takes the time of a step, for docs/operations/proof.md. */
async function timed<T>(what: string, step: () => Promise<T>): Promise<T> {
  const began = performance.now()
  try {
    return await step()
  } finally {
    timings.push(`${what.padEnd(50)} ${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s`)
  }
}
const deb = (version: string): string => packages.get(version) ?? ''
const workers = (count: number): string[] => Array.from({ length: count }, (_, index) => site.worker(index + 1))

beforeAll(async () => {
  await timed('the package', async () => { packages.set(OLD, await buildVersion(releases, OLD)) })
  await timed('images and registry', async () => { site = await Site.open(releases) })
  image = `${site.registry.host}/${REPOSITORY}:${ALIAS}`
  firstDigest = await site.registry.publish(REPOSITORY, ALIAS)
  load = new Load(site, image, PACE)
  await timed('terraform apply: control node, two workers', () => site.apply(2, deb(OLD)))
  await site.watch(...workers(2))
  await site.workers(2, OLD)
  await load.begin()
  await load.another()
  expected = { schedule: { dag: STEADY, everyMs: PACE.every * 1_000 }, pausedBefore: await pausedOf(site) }
  // They are needed some steps later; who needs them is told when one could not be built.
  laterVersions = timed('the packages of the next two versions', async () => {
    for (const version of [NEW, BROKEN]) packages.set(version, await buildVersion(releases, version))
  })
  laterVersions.catch(() => {})
})

it('an image is pushed: runs have the new one once the alias has moved, and nothing is restarted', async () => {
  move = await timed('image push', () => pushImage(site, firstDigest))
})

it('a DAG file is changed: later runs are of the new version', async () => {
  await timed('DAG change', () => changeDag(site, load))
})

it('a DAG file is broken: the last good version runs on', async () => {
  await timed('bad DAG', () => breakDag(site, load))
})

it('a version is wanted: nodes get it one after the other, with its migration, and what runs runs on', async () => {
  await laterVersions
  await timed('upgrade of three nodes', () => upgrade(site, load, [site.control, ...workers(2)], NEW))
})

it('a broken release goes back by itself within a minute on the first node, and no other gets it', async () => {
  const { usualMs, brokenMs } = await timed('broken release', () => breakRelease(site, load, workers(2), NEW, BROKEN))
  timings.push(`${'  of that, from its installation to the one before'.padEnd(50)} ${(brokenMs / 1_000).toFixed(0).padStart(4)} s (a good one: ${(usualMs / 1_000).toFixed(0)} s)`)
  // A good one takes some seconds; where it takes many, a machine is shared by too many.
  expect(brokenMs).toBeLessThan(Math.max(60_000, 4 * usualMs))
})

it('one number more is one node more, one less is one less, which waits for its tasks', async () => {
  await timed('2 → 3 nodes', () => grow(site, deb(NEW), NEW, 3))
  await timed('3 → 2 nodes', () => shrink(site, load, deb(NEW), 3))
})

it('a worker that is killed takes over what ran', async () => {
  expect(await timed('kill -9 of a worker', () => killWorker(site, load, site.worker(1)))).toEqual([])
})

it('a restart of Docker ends nothing', async () => {
  expect(await timed('restart of Docker', () => restartDocker(site, load, site.worker(2)))).toEqual([])
})

// Minutes of booting and draining.
if (!SHORT) {
  it('the pool grows from one node to four under load, and shrinks back', async () => {
    const { grownMs, shrunkMs } = await timed('autoscaling 2 → 1 → 4 → 1', () => autoscale(site, load, deb(NEW), NEW))
    for (const [what, ms] of [['  of that, 1 → 4 from the load on', grownMs], ['  of that, 4 → 1 from the end of the load on', shrunkMs]] as const) timings.push(`${what.padEnd(50)} ${(ms / 1_000).toFixed(0).padStart(4)} s`)
  })
}

it('in all of this nothing was lost, doubled, killed, paused or refused', async () => {
  const requests = await timed('the last tasks', () => load.end())
  facts = await timed('collecting the facts', () => collect(site, requests))
  expect(complaints(facts, expected)).toEqual([])
  expect(digestsFollow((await attemptsOf(site)).filter(row => !wasGivenBack(row, facts)), move)).toEqual([])
  await versionsFollow(site, FIRST_VERSION, SECOND_VERSION)
  timings.push(`${facts.containers.length} containers, ${facts.runs.length} runs, ${facts.requests.answered} requests answered`)
  process.stdout.write(`deploy:\n${timings.map(line => `  ${line}`).join('\n')}\n`)
})

it('a task that is an attached docker run of a unit is told by the same checks', async () => {
  await attachedTask(site, site.worker(1))
  const told = complaints(await collect(site, facts.requests), expected).filter(complaint => complaint.includes('999999.1'))
  expect(told).toEqual(expect.arrayContaining([
    expect.stringMatching(/has 0 attempts that have ended/), expect.stringMatching(/was killed: exit code 1(37|43)/), expect.stringMatching(/came to its end 0 times/), expect.stringMatching(/breaks off/),
  ]))
})
