import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ConfigSchema } from '../../shared/config/schema.js'
import { refusal, type Wishes } from '../../worker/policy/refusal.js'
import { startRedis } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { Setting } from './setting.js'
import { payload, StandIn } from './stand-in.js'

const container = (wishes: Partial<Wishes> = {}): Wishes => ({ ...payload({ attempt: '1.1', kind: 'container', image: 'etl:1' }), ...wishes })
const policy = (settings: Record<string, unknown> = {}): ReturnType<typeof ConfigSchema.parse> => ConfigSchema.parse(settings)
/** Nothing is a link. */
const plainly = (path: string): string => path

describe('a worker that is told nothing', () => {
  it.each<[string, Partial<Wishes>]>([
    ['an image', {}],
    ['a user', { user: '1000:1000' }],
    ['no network', { network: 'none' }],
    ['the bridge', { network: 'bridge' }],
    ['a pull each time', { pull: 'always' }],
  ])('allows a container with %s', (_, wishes) => {
    expect(refusal(container(wishes), policy())).toBeNull()
  })

  it.each<[string, Partial<Wishes>, string, string]>([
    ['the root of the host', { mounts: [{ source: '/', target: '/host', readOnly: true }] }, '/', 'allowMount'],
    ['the socket of Docker', { mounts: [{ source: '/var/run/docker.sock', target: '/s', readOnly: true }] }, '/var/run/docker.sock', 'allowMount'],
    ['a volume', { mounts: [{ source: 'data', target: '/data', readOnly: true }] }, 'data', 'allowMount'],
    ['the network of the host', { network: 'host' }, 'host', 'allowNetwork'],
    ['the network of another container', { network: 'container:abc' }, 'container:abc', 'allowNetwork'],
    ['GPUs', { gpus: 'all' }, 'all', 'allowGpus'],
    ['a capability', { capAdd: ['SYS_ADMIN'] }, 'SYS_ADMIN', 'allowCapability'],
    ['a process', { kind: 'process' }, 'processes', 'allowProcess'],
  ])('refuses %s, and names what was asked for and the setting', (_, wishes, value, setting) => {
    const answer = refusal(container(wishes), policy())
    expect(answer).toContain(value)
    expect(answer).toContain(setting)
  })
})

it.each<[Partial<Wishes>, Record<string, unknown>, boolean]>([
  [{ image: 'registry.example/team/a:1' }, { allowImage: 'registry.example/team/*' }, true],
  [{ image: 'registryXexample/team/a:1' }, { allowImage: 'registry.example/team/*' }, false],
  [{ network: 'host' }, { allowNetwork: 'none,host' }, true],
  [{ network: 'hostile' }, { allowNetwork: 'none,host' }, false],
  [{ network: null }, { allowNetwork: 'none' }, true],
  [{ user: '1000:1000' }, { allowUser: '1000*' }, true],
  [{ user: '0' }, { allowUser: '1000*' }, false],
  [{ user: null }, { allowUser: '1000*' }, false],
  [{ user: null }, { allowUser: '1000*,image' }, true],
  [{ user: 'root' }, { allowUser: 'image' }, false],
  [{ gpus: 2 }, { allowGpus: 'true' }, true],
  [{ capAdd: ['NET_RAW'] }, { allowCapability: 'NET_RAW' }, true],
  [{ capAdd: ['NET_RAW', 'SYS_PTRACE'] }, { allowCapability: 'NET_RAW' }, false],
  [{ secrets: { A: 'etl-db', B: 'etl-key' } }, { allowSecrets: 'etl-*' }, true],
  [{ secrets: { A: 'etl-db', B: 'ml-key' } }, { allowSecrets: 'etl-*' }, false],
  [{ kind: 'process', image: null, secrets: { A: 'ml-key' } }, { allowProcess: 'true', allowSecrets: 'etl-*' }, false],
  [{ secrets: {} }, { allowSecrets: '' }, true],
  [{ pull: 'missing' }, { allowPull: 'never' }, false],
  [{ pull: 'never' }, { allowPull: 'never' }, true],
  [{ kind: 'process', image: null }, { allowProcess: 'true' }, true],
])('%j under %j: allowed is %s', (wishes, settings, allowed) => {
  expect(refusal(container(wishes), policy(settings)) === null).toBe(allowed)
})

describe('allowMount', () => {
  it.each<[string, boolean, string, boolean]>([
    ['/data', false, '/data', true],
    ['/data/', false, '/data', true],
    ['/data/a/b', false, '/data', true],
    ['/data/a', false, '/data/', true],
    ['/data', true, '/data', true],
    ['/database', false, '/data', false],
    ['/', false, '/data', false],
    ['/data/../etc', false, '/data', false],
    ['/data/./a//b', false, '/data/a', true],
    ['/data/in', true, '/data/in:ro', true],
    ['/data/in', false, '/data/in:ro', false],
    ['/data/in', false, '/data/in:rw', true],
    ['/srv/etl-1/x', false, '/srv/etl-*', true],
    ['/srv/ml-1/x', false, '/srv/etl-*', false],
    ['/anything', false, '/', true],
    ['/anything', false, '*', true],
    ['cache', false, '*', true],
    ['cache', false, 'cache', true],
    ['cache-2', false, 'cache-*', true],
    ['cache', false, '/cache', false],
    ['cache', false, '/', false],
    ['/etc', true, '', false],
  ])('mount of %s (read-only: %s) under %j: allowed is %s', (source, readOnly, allowMount, allowed) => {
    expect(refusal(container({ mounts: [{ source, target: '/x', readOnly }] }), policy({ allowMount }), plainly) === null).toBe(allowed)
  })

  const mount = (source: string): Wishes => container({ mounts: [{ source, target: '/x', readOnly: false }] })

  it('takes a link for what it leads to, so that no task can plant a way out', () => {
    const folder = tempDir('mounts')
    mkdirSync(join(folder, 'open/sub'), { recursive: true })
    mkdirSync(join(folder, 'closed'))
    symlinkSync(join(folder, 'closed'), join(folder, 'open/planted'))
    symlinkSync(join(folder, 'open/sub'), join(folder, 'open/harmless'))
    const rules = policy({ allowMount: join(folder, 'open') })
    expect(refusal(mount(join(folder, 'open/sub')), rules)).toBeNull()
    expect(refusal(mount(join(folder, 'open/harmless')), rules)).toBeNull()
    expect(refusal(mount(join(folder, 'open/not-there-yet')), rules)).toBeNull()
    expect(refusal(mount(join(folder, 'open/planted')), rules)).toContain(`leads to ${join(folder, 'closed')}`)
    expect(refusal(mount(join(folder, 'open/planted/below/it')), rules)).toContain('leads to')
  })

  it('may name a link itself', () => {
    const folder = tempDir('mounts')
    mkdirSync(join(folder, 'disk/data'), { recursive: true })
    symlinkSync(join(folder, 'disk'), join(folder, 'link'))
    expect(refusal(mount(join(folder, 'link/data')), policy({ allowMount: join(folder, 'link') }))).toBeNull()
  })

  it('refuses what the worker cannot look at', () => {
    expect(refusal(mount('/data/secret/x'), policy({ allowMount: '/data' }), () => null)).toContain('may not look at')
  })
})

describe('a job that the policy refuses', () => {
  let scheduler: StandIn
  let setting: Setting

  beforeAll(async () => {
    const redis = await startRedis()
    scheduler = new StandIn(redis.url)
    setting = new Setting({ redisUrl: redis.url, allowProcess: 'true', dockerHost: 'unix:///nonexistent/docker.sock', allowMount: '/srv/data:ro', allowImage: 'etl*' })
    await setting.start()
  })

  it.each<[string, Partial<Wishes>, string]>([
    ['image', { image: 'evil:1' }, 'the image evil:1 is not allowed on this worker (allowImage: etl*); take it out of the task, or allow it in the worker\'s setting allowImage'],
    ['mount', { mounts: [{ source: '/srv/data', target: '/x', readOnly: false }] }, 'the mount of /srv/data (for writing) is not allowed on this worker (allowMount: /srv/data:ro)'],
    ['GPU', { gpus: 1 }, 'gpus: 1 is not allowed on this worker (allowGpus: false)'],
  ])('because of its %s is reported as rejected, with what to change, and the next one runs', async (_, wishes, detail) => {
    const id = await scheduler.enqueue({ kind: 'container', image: 'etl:1', ...wishes as object })
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'rejected', startedAt: null, detail: expect.stringContaining(detail) })
    expect(await scheduler.settle(await scheduler.enqueue())).toMatchObject({ exitCode: 0 })
    await setting.clean()
  })
})
