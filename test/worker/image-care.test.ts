import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { PrefetchList } from '../../shared/broker/prefetch.js'
import { DockerApi } from '../../worker/executors/docker/docker-api.js'
import { Images } from '../../worker/executors/docker/images.js'
import { RegistryCredentials } from '../../worker/executors/docker/registry-auth.js'
import { ImageGc, type ImageGcOptions } from '../../worker/images/image-gc.js'
import { ImageJournal } from '../../worker/images/image-journal.js'
import { Prefetcher } from '../../worker/images/prefetcher.js'
import { WorkerEvents } from '../../worker/worker-events.js'
import { BUSYBOX_IMAGE, startDockerd } from '../harness/docker.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { dockerConfig, removeEverything, startRegistry, type RegistryServer } from '../harness/registry.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'

const never = new AbortController().signal
const log = pino({ level: 'silent' })
const MIB = 1024 * 1024

let client: Docker
let host: string
let registry: RegistryServer
let credentials: string
let redis: RedisServer
let count = 0

beforeAll(async () => {
  const { daemon, client: own } = await startDockerd()
  client = own
  host = daemon.host
  registry = await startRegistry(client)
  credentials = join(tempDir('auth'), 'config.json')
  writeFileSync(credentials, dockerConfig([registry.host]))
  redis = await startRedis()
}, 90_000)

beforeEach(() => () => removeEverything(client, registry.host))

/** A worker's images and what looks after them, on a Docker of this file's own. */
class Care {
  readonly events = new WorkerEvents()
  readonly directory = tempDir('images')
  readonly journal = new ImageJournal(this.directory, log)
  readonly images = new Images({
    docker: new DockerApi(host), events: this.events, log, account: this.journal, credentials: new RegistryCredentials(credentials), checkEvery: 1, stallTimeout: 20_000,
  })
  readonly removed: string[] = []
  readonly needed = new Set<string>()

  constructor() {
    this.events.on('imageRemoved', ({ image }) => this.removed.push(image))
  }

  /** Publishes an image and pulls it; its name. */
  async pull(noise = 1_000, tag = '1'): Promise<string> {
    const repo = `team/image${count += 1}`
    await registry.publish(repo, tag, noise)
    await this.images.ensure(`${registry.host}/${repo}:${tag}`, 'missing', never)
    return `${registry.host}/${repo}:${tag}`
  }

  /** Nothing has needed these for two hours: all, unless named by tag or digest. */
  async makeOld(...names: string[]): Promise<void> {
    await this.journal.save()
    const file = join(this.directory, 'images.json')
    const { images } = JSON.parse(readFileSync(file, 'utf8')) as { images: { reference: string; tags: string[]; usedAt: number }[] }
    for (const image of images) if (names.length === 0 || names.some(name => [image.reference, ...image.tags].includes(name))) image.usedAt -= 2 * 3_600_000
    writeFileSync(file, JSON.stringify({ v: 1, images }))
    await this.journal.load()
  }

  gc(more: Partial<ImageGcOptions> = {}): ImageGc {
    return new ImageGc({
      docker: new DockerApi(host), journal: this.journal, needed: () => this.needed, maxAge: 3_600_000, ceiling: 1024 ** 4, floor: 1024 ** 3,
      events: this.events, log, safeFor: 0, ...more,
    })
  }
}

const isHere = (image: string): Promise<boolean> => client.getImage(image).inspect().then(() => true, () => false)

async function container(image: string): Promise<Docker.Container> {
  const made = await client.createContainer({ Image: image, Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'none' } })
  onTestFinished(() => made.remove({ force: true }).catch(() => {}))
  return made
}

describe('removing images', () => {
  it('takes those that nothing has needed for long, with their digests, and no other', async () => {
    const care = new Care()
    const [old, used] = [await care.pull(), await care.pull()]
    await care.makeOld()
    await care.images.ensure(used, 'missing', never)
    await care.gc().runOnce()
    expect(care.removed).toEqual([old])
    expect([await isHere(old), await isHere(used)]).toEqual([false, true])
    expect((await client.listImages()).flatMap(({ RepoDigests }) => RepoDigests ?? []).filter(name => name.startsWith(old.slice(0, -2)))).toEqual([])
  })

  it('never takes what a running, created or stopped container is made of', async () => {
    const care = new Care()
    const [running, created, stopped] = [await care.pull(), await care.pull(), await care.pull()]
    await (await container(running)).start()
    await container(created)
    const ended = await container(stopped)
    await ended.start()
    await ended.kill()
    await ended.wait()
    await care.makeOld()
    await care.gc({ ceiling: 2, floor: 1 }).runOnce()
    expect(care.removed).toEqual([])
    expect(await Promise.all([running, created, stopped].map(isHere))).toEqual([true, true, true])
  })

  it('never takes what is needed soon, nor what was needed a moment ago', async () => {
    const care = new Care()
    const soon = await care.pull()
    care.needed.add(soon)
    await care.gc({ ceiling: 2, floor: 1, safeFor: 60_000 }).runOnce()
    await care.makeOld()
    await care.gc({ ceiling: 2, floor: 1 }).runOnce()
    expect(care.removed).toEqual([])
    care.needed.clear()
    await care.gc().runOnce()
    expect(care.removed).toEqual([soon])
  })

  it('never takes an image while an attempt is being given it', async () => {
    const care = new Care()
    const image = await care.pull()
    await care.makeOld()
    // The attempt comes after the look at Docker and before the removal.
    let looks = 0
    const attempt = (): void => { if (++looks === 2) care.journal.used(care.journal.entries[0]?.reference ?? '') }
    await care.gc({ needed: () => { attempt(); return new Set() } }).runOnce()
    expect(looks).toBe(2)
    expect(care.removed).toEqual([])
    expect(await isHere(image)).toBe(true)
  })

  it('never takes what this worker did not pull, also when it has used it', async () => {
    const other = new Care()
    const image = await other.pull()
    const care = new Care()
    await care.images.ensure(image, 'missing', never)
    await care.images.ensure(image, 'always', never)
    await care.images.ensure(BUSYBOX_IMAGE, 'missing', never)
    await care.gc({ maxAge: 1, ceiling: 2, floor: 1 }).runOnce()
    expect(care.journal.entries).toEqual([])
    expect(care.removed).toEqual([])
    expect([await isHere(image), await isHere(BUSYBOX_IMAGE)]).toEqual([true, true])
  })

  it('takes only its own name when somebody else has named the image too', async () => {
    const care = new Care()
    const image = await care.pull()
    await client.getImage(image).tag({ repo: 'somebody/elses', tag: '1' })
    onTestFinished(() => client.getImage('somebody/elses:1').remove().then(() => {}))
    await care.makeOld()
    await care.gc().runOnce()
    expect([await isHere(image), await isHere('somebody/elses:1')]).toEqual([false, true])
  })

  it('leaves a tag that somebody has given to another image since', async () => {
    const care = new Care()
    const image = await care.pull()
    await client.getImage(BUSYBOX_IMAGE).tag({ repo: image.slice(0, -2), tag: '1' })
    await care.makeOld()
    await care.gc().runOnce()
    expect(care.removed).toEqual([image])
    expect((await client.getImage(image).inspect()).Id).toBe((await client.getImage(BUSYBOX_IMAGE).inspect()).Id)
  })

  it('takes, when images need too much room, those not needed for longest, until the floor and no further', async () => {
    const care = new Care()
    const images = [await care.pull(6 * MIB), await care.pull(6 * MIB), await care.pull(6 * MIB), await care.pull(6 * MIB)]
    await care.images.ensure(images[0] as string, 'missing', never)
    const { LayersSize } = await client.df() as { LayersSize: number }
    await care.gc({ ceiling: LayersSize + 1 }).runOnce()
    expect(care.removed).toEqual([])
    // Two must go to come below the floor.
    await care.gc({ ceiling: LayersSize - 1, floor: LayersSize - 7 * MIB }).runOnce()
    expect(care.removed).toEqual([images[1], images[2]])
    expect(await Promise.all(images.map(isHere))).toEqual([true, false, false, true])
  })

  it('takes the old image of a tag that has moved, and leaves the tag to the new one', async () => {
    const care = new Care()
    const image = await care.pull()
    const old = care.journal.entries[0]?.reference ?? ''
    await registry.publish(image.slice(registry.host.length + 1, -2), '1')
    const current = await care.images.ensure(image, 'missing', never)
    expect(current).not.toBe(old)
    await care.makeOld(old)
    await care.gc().runOnce()
    expect(care.removed).toEqual([old])
    expect([await isHere(old), await isHere(image), await isHere(current)]).toEqual([false, true, true])
  })

  it('goes on with what a process before it has pulled, and forgets what others removed', async () => {
    const care = new Care()
    const [kept, gone] = [await care.pull(), await care.pull()]
    await care.makeOld()
    await removeEverything(client, gone.slice(0, -2))
    const journal = new ImageJournal(care.directory, log)
    await journal.load()
    expect(journal.entries.flatMap(({ tags }) => tags)).toEqual([kept, gone])
    await care.gc({ journal }).runOnce()
    expect(care.removed).toEqual([kept])
    expect(JSON.parse(readFileSync(join(care.directory, 'images.json'), 'utf8'))).toEqual({ v: 1, images: [] })
  })

  it('removes nothing, and keeps the file for people, when the list of pulled images cannot be read', async () => {
    const care = new Care()
    writeFileSync(join(care.directory, 'images.json'), '{"v":1,"images":[{"reference":')
    await care.journal.load()
    expect(care.journal.entries).toEqual([])
    expect(existsSync(join(care.directory, 'images.json.unreadable'))).toBe(true)
  })
})

describe('bringing images early', () => {
  async function setting(): Promise<{ care: Care; list: PrefetchList; prefetcher: (isIdle?: () => boolean, settings?: Record<string, unknown>) => Prefetcher }> {
    const connection = new Redis(redis.url)
    onTestFinished(() => connection.disconnect())
    await connection.flushall()
    const care = new Care()
    const config = new Setting({ redisUrl: redis.url, dockerHost: host, queues: 'etl,ml', allowImage: `${registry.host}/team/*` })
    return {
      care, list: new PrefetchList(connection, 'longshore'),
      prefetcher: (isIdle = () => true, settings = {}) => new Prefetcher({ config: config.config(settings), redis: connection, images: care.images, isIdle, log }),
    }
  }

  async function published(): Promise<string> {
    const repo = `team/image${count += 1}`
    await registry.publish(repo, '1')
    return `${registry.host}/${repo}:1`
  }

  it('pulls what is listed for any of its queues, the soonest first, and what cannot be had stops nothing', async () => {
    const { care, list, prefetcher } = await setting()
    const [late, soon] = [await published(), await published()]
    await list.write('etl', new Map([[late, 300], [`${registry.host}/team/none:1`, 100]]))
    await list.write('ml', new Map([[soon, 200], [late, 400]]))
    const pulled: string[] = []
    care.events.on('pulled', ({ image }) => pulled.push(image))
    await prefetcher().runOnce()
    expect(pulled).toEqual([soon, late])
  })

  it('waits while all slots are taken, and looks again at the same image only after a while', async () => {
    const { list, prefetcher } = await setting()
    const image = await published()
    await list.write('etl', new Map([[image, 1]]))
    let isIdle = false
    const early = prefetcher(() => isIdle)
    await early.runOnce()
    expect(await isHere(image)).toBe(false)
    isIdle = true
    await early.runOnce()
    expect(await isHere(image)).toBe(true)
    const before = registry.requests('/v2/')
    await early.runOnce()
    expect(registry.requests('/v2/')).toBe(before)
  })

  it('pulls nothing that is not allowed here, nothing when it is switched off, and says what is needed all the same', async () => {
    const { list, prefetcher } = await setting()
    const image = await published()
    await registry.publish('other/image', '1')
    await list.write('etl', new Map([[image, 1], [`${registry.host}/other/image:1`, 1]]))
    const off = prefetcher(() => true, { imagePrefetch: false })
    await off.runOnce()
    expect([...off.needed]).toEqual([image])
    expect(await isHere(image)).toBe(false)
    await prefetcher().runOnce()
    expect([await isHere(image), await isHere(`${registry.host}/other/image:1`)]).toEqual([true, false])
  })

  it('happens in a worker by itself', async () => {
    const { list } = await setting()
    const image = await published()
    await list.write('default', new Map([[image, 1]]))
    await new Setting({ redisUrl: redis.url, dockerHost: host, registryAuthFile: credentials }).start()
    await until(() => isHere(image), { timeout: 20_000 })
  })
})
