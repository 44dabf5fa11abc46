import { setMaxListeners } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LiveLog } from '../../shared/broker/live-log.js'
import type { Log } from '../../shared/log.js'
import type { StartedEvent } from '../../shared/protocol/events.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { DockerApi, reasonOf, statusOf } from '../../worker/executors/docker/docker-api.js'
import { Images, type ImagesOptions } from '../../worker/executors/docker/images.js'
import { classifyPullFailure } from '../../worker/executors/docker/pull-failure.js'
import { RegistryCredentials } from '../../worker/executors/docker/registry-auth.js'
import { WorkerEvents, type WorkerEventMap } from '../../worker/worker-events.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { ACCOUNT, dockerConfig, removeEverything, startRegistry, type RegistryServer } from '../harness/registry.js'
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { tempDir } from '../harness/temp-dir.js'
import { lasting, until } from '../harness/wait.js'
import { containerOf } from './container-of.js'
import { Setting } from './setting.js'
import { PREFIX, StandIn } from './stand-in.js'

const FIRST_INSTANCE = 710_000
const LARGE = 16 * 1024 * 1024
const never = new AbortController().signal
setMaxListeners(0, never)

let docker: SharedDocker
let registry: RegistryServer
/** Before the registry: images pulled through it have its port in their names. */
let line: TcpProxy
let credentials: string
let events: WorkerEvents
let count = 0

beforeAll(async () => {
  docker = await sharedDocker()
  registry = await startRegistry(docker.client)
  line = await startTcpProxy({ port: registry.port })
  credentials = join(tempDir('auth'), 'config.json')
  writeFileSync(credentials, dockerConfig([registry.host, through()]))
}, 60_000)

beforeEach(() => {
  events = new WorkerEvents()
  return () => line.accept().then(() => line.resume()).then(() => removeEverything(docker.client, through()))
})

const through = (): string => `127.0.0.1:${line.port}`
const repository = (): string => `team/image${count += 1}`

/** The images of one worker on the real Docker. */
function images(more: Partial<ImagesOptions> = {}): Images {
  return new Images({
    docker: new DockerApi(docker.host), events, log: pino({ level: 'silent' }), credentials: new RegistryCredentials(credentials),
    checkEvery: 10_000, stallTimeout: 20_000, retryAfter: [50, 50], ...more,
  })
}

function told<K extends keyof WorkerEventMap>(name: K): WorkerEventMap[K][0][] {
  const heard: WorkerEventMap[K][0][] = []
  events.on(name, ((facts: WorkerEventMap[K][0]) => heard.push(facts)) as never)
  return heard
}

/** What was said, and a log to say it to. */
function recorder(): { log: Log; lines: string[] } {
  const lines: string[] = []
  return { lines, log: pino({ level: 'info' }, { write: (text: string) => void lines.push(text) }) }
}

/** Pauses the line while a pull is in the middle of its layers. */
function hold(repo: string): Promise<void> {
  return new Promise(resolve => {
    void line.cutWhen((data, direction) => {
      if (direction === 'toServer' && data.toString('latin1').includes(`/v2/${repo}/blobs/`)) {
        line.pause()
        resolve()
      }
      return false
    })
  })
}

describe('pulling from a real registry', () => {
  it('happens once for fifty who wait, and one that leaves disturbs nobody', async () => {
    const repo = repository()
    const digest = await registry.publish(repo, '1', LARGE)
    const pulled = told('pulled')
    const held = hold(repo)
    const store = images()
    const leaver = new AbortController()
    const waits = Array.from({ length: 50 }, (_, index) => store.ensure(`${through()}/${repo}:1`, 'missing', index === 7 ? leaver.signal : never))
    await held
    leaver.abort(new Error('left'))
    await expect(waits[7]).rejects.toThrow('left')
    line.resume()
    const results = await Promise.all(waits.filter((_, index) => index !== 7))
    expect(new Set(results)).toEqual(new Set([`${through()}/${repo}@${digest}`]))
    expect(pulled).toMatchObject([{ digest, fresh: true }])
    expect(pulled[0]?.bytes).toBeGreaterThan(LARGE)
    // Its description and two layers, which the daemon may ask for again; not fifty times.
    expect(registry.requests(`/v2/${repo}/blobs/`)).toBeLessThan(10)
  })

  it('goes on for one worker when another one on the same Docker aborts its pull of the same image', async () => {
    const repo = repository()
    const digest = await registry.publish(repo, '1', LARGE)
    const held = hold(repo)
    const aborting = new AbortController()
    const one = images().ensure(`${through()}/${repo}:1`, 'missing', aborting.signal)
    const two = images().ensure(`${through()}/${repo}:1`, 'missing', never)
    await held
    aborting.abort(new Error('stopped'))
    await expect(one).rejects.toThrow('stopped')
    line.resume()
    expect(await two).toBe(`${through()}/${repo}@${digest}`)
  })

  it('tells every so often how far it is, and those who wait hear it', async () => {
    const repo = repository()
    await registry.publish(repo, '1', LARGE)
    const pulling = told('pulling')
    const words: string[] = []
    await images({ tellEvery: 5 }).ensure(`${through()}/${repo}:1`, 'missing', never, text => words.push(text))
    const bytes = pulling.map(facts => facts.bytes)
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    expect(pulling.at(-1)).toMatchObject({ image: `${through()}/${repo}:1`, waiting: 1 })
    expect(pulling.at(-1)?.totalBytes).toBeGreaterThan(LARGE)
    expect(words.at(-1)).toMatch(/^pulling 127\.0\.0\.1:\d+\/team\/image\d+:1: [\d.]+ of [\d.]+ MiB$/)
  })

  it('that comes no further is given up, tried again, and reported as the fault of the infrastructure', async () => {
    const repo = repository()
    await registry.publish(repo, '1', LARGE)
    const held = hold(repo)
    const wait = images({ stallTimeout: 300 }).ensure(`${through()}/${repo}:1`, 'missing', never)
    await held
    await expect(wait).rejects.toMatchObject({ reason: 'pull_failed', message: expect.stringMatching(/no progress for 0.3 s.*tried 3 times/) as string })
  })

  it('reports a tag that is not there at once, as a missing image', async () => {
    const failed = told('pullFailed')
    await expect(images({ retryAfter: [60_000] }).ensure(`${registry.host}/team/none:1`, 'missing', never)).rejects.toMatchObject({ reason: 'image_missing' })
    expect(failed).toHaveLength(1)
  })

  it.each([
    ['a wrong password', () => dockerConfig([registry.host], { ...ACCOUNT, password: 'wrong' }), /asked with the credentials of puller from/],
    ['no password', () => '{}', /asked without credentials: .* has none for 127/],
  ])('reports at once that it was denied with %s, and whose credentials were used', async (_, config, detail) => {
    const file = join(tempDir('auth'), 'config.json')
    writeFileSync(file, config())
    const store = images({ retryAfter: [60_000], credentials: new RegistryCredentials(file) })
    await expect(store.ensure(`${registry.host}/team/none:1`, 'missing', never)).rejects.toMatchObject({ reason: 'pull_denied', message: expect.stringMatching(detail) as string })
  })

  it('is tried again while the registry is down, and succeeds when it is back', async () => {
    const repo = repository()
    const digest = await registry.publish(repo, '1')
    await line.refuse()
    const failed = told('pullFailed')
    const down = images()
    await expect(down.ensure(`${through()}/${repo}:1`, 'missing', never)).rejects.toMatchObject({ reason: 'pull_failed', message: expect.stringContaining('tried 3 times') as string })
    expect(failed).toHaveLength(1)
    const words: string[] = []
    const wait = images({ retryAfter: [50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50] }).ensure(`${through()}/${repo}:1`, 'missing', never, text => words.push(text))
    await until(() => words.length > 0)
    await line.accept()
    expect(await wait).toBe(`${through()}/${repo}@${digest}`)
  })
})

describe('the daemon', () => {
  // The table of facts: why a pull failed stands in words alone, and they come from the registry.
  it('answers a refusal and an outage with the same status, so that only words tell them apart', async () => {
    const pull = (image: string): Promise<unknown> => docker.client.pull(image).then(() => null, (error: unknown) => error)
    const denied = await pull(`${registry.host}/team/none:1`)
    await line.refuse()
    const down = await pull(`${through()}/team/none:1`)
    expect([statusOf(denied), statusOf(down)]).toEqual([500, 500])
    expect([classifyPullFailure(reasonOf(denied)), classifyPullFailure(reasonOf(down))]).toEqual(['pull_denied', 'pull_failed'])
  })
})

describe('a tag', () => {
  it('that has moved brings the new image to the next task, without pull: always', async () => {
    const repo = repository()
    const first = await registry.publish(repo, 'live')
    const store = images({ checkEvery: 1 })
    expect(await store.ensure(`${registry.host}/${repo}:live`, 'missing', never)).toBe(`${registry.host}/${repo}@${first}`)
    const second = await registry.publish(repo, 'live')
    expect(second).not.toBe(first)
    expect(await store.ensure(`${registry.host}/${repo}:live`, 'missing', never)).toBe(`${registry.host}/${repo}@${second}`)
    // A task that was given the old one can still be made of it.
    await docker.client.getImage(`${registry.host}/${repo}@${first}`).inspect()
  })

  it('is asked about once in a while, however many tasks start', async () => {
    const repo = repository()
    const digest = await registry.publish(repo, '1')
    await images().ensure(`${registry.host}/${repo}:1`, 'missing', never)
    const before = registry.requests(`/v2/${repo}/manifests/`)
    const store = images()
    const all = await Promise.all(Array.from({ length: 20 }, () => store.ensure(`${registry.host}/${repo}:1`, 'missing', never)))
    for (let task = 0; task < 20; task += 1) all.push(await store.ensure(`${registry.host}/${repo}:1`, 'missing', never))
    expect(new Set(all)).toEqual(new Set([`${registry.host}/${repo}@${digest}`]))
    // One question is at most a HEAD and a GET.
    expect(registry.requests(`/v2/${repo}/manifests/`) - before).toBeLessThanOrEqual(2)
    expect(registry.requests(`/v2/${repo}/manifests/`) - before).toBeGreaterThan(0)
  })

  it('of an image that no registry knows is not asked about', async () => {
    const repo = repository()
    await docker.client.getImage(BUSYBOX_IMAGE).tag({ repo: `${registry.host}/${repo}`, tag: '1' })
    expect(await images().ensure(`${registry.host}/${repo}:1`, 'missing', never)).toBe(`${registry.host}/${repo}:1`)
    expect(registry.requests(`/v2/${repo}`)).toBe(0)
  })

  it('means the image that is here while the registry cannot be reached, and the log says so, once', async () => {
    const repo = repository()
    const digest = await registry.publish(repo, '1')
    const image = `${through()}/${repo}:1`
    await images().ensure(image, 'missing', never)
    await line.refuse()
    const { log, lines } = recorder()
    const store = images({ checkEvery: 1, log })
    for (let task = 0; task < 3; task += 1) {
      expect(await store.ensure(image, 'missing', never)).toBe(`${through()}/${repo}@${digest}`)
      await lasting(5)
    }
    expect(lines.filter(text => text.includes('the one that is here is used'))).toHaveLength(1)
    await line.accept()
    await until(async () => { await store.ensure(image, 'missing', never); return lines.some(text => text.includes('tells again')) })
    await line.refuse()
    await expect(images().ensure(image, 'always', never)).rejects.toMatchObject({ reason: 'pull_failed' })
  })

  it('is never asked about for a task that says pull: never, nor is a digest', async () => {
    const repo = repository()
    const digest = await registry.publish(repo, '1')
    const reference = `${registry.host}/${repo}@${digest}`
    await images().ensure(`${registry.host}/${repo}:1`, 'missing', never)
    const before = registry.requests(repo)
    expect(await images().ensure(`${registry.host}/${repo}:1`, 'never', never)).toBe(reference)
    expect(await images().ensure(reference, 'missing', never)).toBe(reference)
    expect(await images().ensure(reference, 'always', never)).toBe(reference)
    expect(registry.requests(repo)).toBe(before)
  })
})

describe('a worker', () => {
  it('records the digest of each task, so that an alias that moved between two of them can be seen', async () => {
    const repo = repository()
    const image = `${registry.host}/${repo}:live`
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE)
    const setting = new Setting({ redisUrl: redis.url, dockerHost: docker.host, registryAuthFile: credentials, imageCheckEvery: '1' })
    await setting.start()
    const task: Partial<JobPayload> = { kind: 'container', image, network: 'none', command: ['true'] }

    const digests: string[] = []
    for (let move = 0; move < 2; move += 1) {
      digests.push(await registry.publish(repo, 'live'))
      const id = await scheduler.enqueue(task)
      const finished = await scheduler.settle(id)
      expect(finished).toMatchObject({ reason: 'exited', exitCode: 0, imageDigest: `${registry.host}/${repo}@${digests[move]}` })
      const [started] = await scheduler.eventsOf(id, 'started') as StartedEvent[]
      expect(started).toMatchObject({ imageDigest: `${registry.host}/${repo}@${digests[move]}`, pull: { ms: expect.any(Number) as number, bytes: expect.any(Number) as number } })
    }
    expect(digests[0]).not.toBe(digests[1])

    // Made of the digest: the tag may move between the look at it and the making.
    const running = await scheduler.enqueue({ ...task, command: ['sleep', '100'] })
    // Its image is here: there was no pull to tell of.
    expect(await scheduler.waitFor(running, 'started')).not.toHaveProperty('pull')
    expect((await (await containerOf(docker.client, running)).inspect()).Config.Image).toBe(`${registry.host}/${repo}@${digests[1]}`)
    await scheduler.mark(running, 'cancel')
    await scheduler.settle(running)

    const missing = await scheduler.enqueue({ ...task, image: `${registry.host}/${repo}:other` })
    expect(await scheduler.settle(missing)).toMatchObject({ reason: 'image_missing', startedAt: null })
    await setting.clean()
  })

  it('tells those who follow the log of a task what it waits for', async () => {
    const repo = repository()
    await registry.publish(repo, '1')
    await line.refuse()
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE + 1_000)
    const setting = new Setting({ redisUrl: redis.url, dockerHost: docker.host, registryAuthFile: credentials })
    await setting.start()
    const id = await scheduler.enqueue({ kind: 'container', image: `${through()}/${repo}:1`, network: 'none', command: ['echo', 'done'] })
    const live = new LiveLog(scheduler.redis, PREFIX, 'default')
    const { frames } = await until(async () => { const batch = await live.read(id, '0-0', 10); return batch.frames.length > 0 ? batch : null })
    expect(frames[0]).toMatchObject({ stream: 'stderr', complete: true, time: expect.stringMatching(/^\d{10}\.\d{9}$/) as string })
    expect(frames[0]?.text).toMatch(/^\[longshore\] 127.* could not be pulled and is tried again: .*connection refused/)
    await line.accept()
    expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0 })
    expect(setting.log(id)).toEqual(['o done'])
    await setting.clean()
  })
})
