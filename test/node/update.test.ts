import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Packages } from '../../cli/node/packages.js'
import { Updater, type Outcome } from '../../cli/node/updater.js'
import { NodePost } from '../../shared/broker/node-post.js'
import { createLog } from '../../shared/log.js'
import { haltRollout, readRollout, resumeRollout, setRelease } from '../../shared/operations/releases.js'
import { keepRollout } from '../../shared/operations/rollout.js'
import { NodeRole } from '../../shared/protocol/release.js'
import { openReleaseStore } from '../../shared/releases/release-store.js'
import { rolloutView } from '../../shared/views/release-view.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Installation } from '../scheduler/installation.js'
import { FakeMachine, type Release } from './fake-machine.js'

const store = tempDir('releases')
const storeUrl = `file://${store}/`
const log = createLog('silent', 'test')

/** The content of a package is its version. */
function pack(version: string, content = version): void {
  mkdirSync(join(store, version), { recursive: true })
  const file = `longshore_${version}_amd64.deb`
  writeFileSync(join(store, version, file), content)
  writeFileSync(join(store, version, 'SHA256SUMS'), `${createHash('sha256').update(version).digest('hex')}  ${file}\n`)
}

beforeAll(() => { for (const version of ['1.0', '2.0', '3.0']) pack(version) })

/** Nodes of an installation whose scheduler's part is done by the test, look by look. */
async function fleet(names: readonly string[], dialect: 'sqlite' | 'mysql' = 'sqlite') {
  const installation = await Installation.create(dialect)
  const redis = new Redis(installation.redis.url)
  onTestFinished(() => { redis.disconnect() })
  const post = new NodePost(redis, 'longshore')
  const nodes = names.map(name => {
    const machine = new FakeMachine()
    const stateDir = tempDir('node')
    const run = (): Promise<Outcome> => new Updater({
      host: machine, post, packages: new Packages(stateDir, () => openReleaseStore(storeUrl)), witness: machine, stateDir, name, log, times: { update: 1_500, settle: 20, look: 5, turn: 20_000 },
    }).run()
    return { name, machine, run, stateDir }
  })
  const look = () => keepRollout(installation.database, redis, 'longshore')
  const show = async () => rolloutView(await readRollout(installation.database))
  const want = async (version: string): Promise<void> => {
    await setRelease(installation.database, storeUrl, { version, role: null, pool: null, maxUnavailable: null }, 'ann')
    await look()
  }
  const hear = async () => { for (const { run } of nodes) await run(); await look() }
  /** Looks, as schedulers do, while something runs. */
  const during = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false
    const over = work.finally(() => { isOver = true })
    over.catch(() => {})
    await until(async () => { await look(); return isOver })
    return over
  }
  return { installation, redis, nodes, look, show, want, hear, during }
}

describe('an update', () => {
  it.each(['sqlite', 'mysql'] as const)('reaches one node after the other, and each says so, on %s', async dialect => {
    const { nodes, show, want, hear, during, redis } = await fleet(['a', 'b', 'c'], dialect)
    await hear()
    await want('2.0')
    let most = 0
    const seen = setInterval(() => { void show().then(view => { most = Math.max(most, view.nodes.filter(({ standing }) => standing === 'updating').length) }, () => {}) }, 5)
    const first = await during(Promise.all(nodes.map(({ run }) => run())))
    // What Redis forgets is told again.
    await redis.flushall()
    await hear()
    clearInterval(seen)
    expect(first.map(({ kind }) => kind)).not.toContain('failed')
    expect(nodes.map(({ machine }) => machine.version)).toEqual(['2.0', '2.0', '2.0'])
    expect((await show()).nodes.map(({ name, standing, wanted }) => [name, standing, wanted])).toEqual([['a', 'done', '2.0'], ['b', 'done', '2.0'], ['c', 'done', '2.0']])
    expect(most).toBe(1)
    expect(nodes.every(({ machine }) => machine.armed === null)).toBe(true)
    // The one before is kept to go back to.
    expect(readdirSync(join(nodes[0]?.stateDir ?? '', 'packages')).sort()).toEqual(['longshore_1.0_amd64.deb', 'longshore_2.0_amd64.deb'])
  })

  it.each<[Release, RegExp]>([
    ['never ready', /worker@etl.service is not ready: it is still starting/], ['ends again and again', /has ended 3 times after its start/], ['leaves tasks behind', /has taken over 1 of 3 tasks/],
    ['cannot be unpacked', /dpkg ended with exit code 1|has not been restarted/], ['says another version', /nothing was installed: the package of version 2\.0 says that it is 1\.9/],
  ])('to a release that %s is taken back by its first node, and no other node begins', async (release, why) => {
    const { nodes, show, want, hear, during, look, installation } = await fleet(['a', 'b'])
    for (const { machine } of nodes) machine.releases['2.0'] = release
    await hear()
    await want('2.0')
    const running = nodes.map(({ run }) => run())
    const failed = await during(Promise.race(running.map(async (one, index) => ((await one).kind === 'failed' ? index : new Promise<number>(() => {})))))
    await look()
    expect(nodes.map(({ machine }) => machine.version)).toEqual(['1.0', '1.0'])
    expect(nodes.filter(({ machine }) => machine.calls.some(call => call.startsWith('tryOut')))).toHaveLength(1)
    const view = await show()
    expect(view.releases.every(({ halted }) => halted !== null && why.test(halted.why ?? ''))).toBe(true)
    expect(view.nodes.map(({ standing }) => standing).sort()).toEqual(['failed', 'waiting'])
    // The next version goes out to all.
    for (const { machine } of nodes) machine.releases['2.0'] = 'works'
    await resumeRollout(installation.database)
    await look()
    await during(Promise.all(nodes.map(({ run }, index) => (index === failed ? run() : running[index] ?? run()))))
    expect(nodes.map(({ machine }) => machine.version)).toEqual(['2.0', '2.0'])
  })

  it.each(['install', 'installed'])('whose installation broke off at %s leaves a machine that is whole, on one version or the other', async at => {
    const { nodes: [node], want, hear, during } = await fleet(['a'])
    if (node === undefined) throw new Error('no node')
    await hear()
    await want('2.0')
    const { machine, run } = node
    machine.dieAt = at
    await during(run())
    await during(run())
    expect(machine.armed).toBeNull()
    expect(['1.0', '2.0']).toContain(machine.version)
  })

  it('whose process died goes on with the next run, and after a second death goes back', async () => {
    const { nodes: [node], want, hear, during } = await fleet(['a'])
    if (node === undefined) throw new Error('no node')
    const { machine, stateDir, run } = node
    await hear()
    await want('2.0')
    // The record of a process that died before it could write another.
    const died = async (tries: number): Promise<void> => {
      const record = JSON.parse(readFileSync(join(stateDir, 'update.json'), 'utf8')) as object
      const files = { fromFile: join(stateDir, 'packages/longshore_1.0_amd64.deb'), toFile: join(stateDir, 'packages/longshore_2.0_amd64.deb') }
      writeFileSync(join(stateDir, 'update.json'), JSON.stringify({ ...record, step: 'installing', update: { revision: 1, from: '1.0', to: '2.0', ...files, units: [{ name: 'longshore-worker@etl.service', pid: 1 }], tasks: [], tries, why: null } }))
    }
    await during(run())
    expect(machine.version).toBe('2.0')
    await died(1)
    expect(await during(run())).toMatchObject({ kind: 'updated', version: '2.0' })
    expect(machine.calls.filter(call => call.startsWith('install '))).toHaveLength(1)
    await died(2)
    expect(await during(run())).toMatchObject({ kind: 'failed', version: '1.0', why: 'it was interrupted 2 times' })
    expect(machine.version).toBe('1.0')
  })

  it('installs nothing that is not what was wanted: a package that was exchanged, or none to go back to', async () => {
    const { nodes: [node], want, hear, during, show } = await fleet(['a'])
    await hear()
    await want('3.0')
    pack('3.0', 'something else')
    await during<unknown>(node?.run() ?? Promise.resolve())
    await hear()
    expect(node?.machine.calls).toEqual([])
    expect((await show()).nodes[0]).toMatchObject({ standing: 'failed', why: expect.stringMatching(/3\.0\/longshore_3\.0_amd64\.deb in file:.* has the checksum/) as string })
    pack('3.0')
    await expect(want('4.0')).rejects.toMatchObject({ code: 'LS_RELEASE_NOT_FOUND' })
    writeFileSync(join(store, '3.0', 'SHA256SUMS'), '')
    await expect(want('3.0')).rejects.toMatchObject({ code: 'LS_RELEASE_STORE', message: expect.stringContaining('has no checksum') as string })
    pack('3.0')
  })

  it('begins nowhere while it is halted, and goes on when it is resumed', async () => {
    const { nodes: [node], hear, during, show, installation } = await fleet(['a'])
    await hear()
    await setRelease(installation.database, storeUrl, { version: '2.0', role: null, pool: null, maxUnavailable: null }, 'ann')
    await haltRollout(installation.database, 'a freeze', 'ann')
    const running: Promise<unknown> = node?.run() ?? Promise.resolve()
    await during(until(async () => (await show()).nodes[0]?.why === 'the roll-out is halted'))
    expect(node?.machine.version).toBe('1.0')
    await resumeRollout(installation.database)
    await during(running)
    expect(node?.machine.version).toBe('2.0')
    await expect(resumeRollout(installation.database)).rejects.toMatchObject({ code: 'LS_RELEASE_NOT_FOUND' })
    await expect(setRelease(installation.database, storeUrl, { version: '2.0', role: NodeRole.web, pool: 'etl', maxUnavailable: null }, 'ann')).rejects.toMatchObject({ code: 'LS_USAGE' })
  })
})
