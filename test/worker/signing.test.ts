import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { listDeadLetters } from '../../shared/database/tables/dead-letters.js'
import { listQueues } from '../../shared/database/tables/queues.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { signJob, signatureProblem } from '../../shared/signing/job-signature.js'
import { makePrivateKey, publicKeyOf, type PrivateKey } from '../../shared/signing/key.js'
import { keyPlaces } from '../../shared/signing/key-places.js'
import { ensureKeys, KeyRing } from '../../shared/signing/key-ring.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Installation } from '../scheduler/installation.js'
import { Setting } from './setting.js'
import { payload, PREFIX, StandIn } from './stand-in.js'

const placesOf = (keysDir: string): ReturnType<typeof keyPlaces> => keyPlaces({ keysDir, stateDir: '', signingKey: '', trustedKeys: [] })

/** A directory of keys with one that signs and is trusted. */
function makeKeys(): { readonly keysDir: string; readonly ring: KeyRing; readonly key: PrivateKey } {
  const keysDir = tempDir('keys')
  ensureKeys(placesOf(keysDir))
  const ring = new KeyRing(placesOf(keysDir))
  return { keysDir, ring, key: ring.signing as PrivateKey }
}

const { keysDir, ring, key } = makeKeys()
const SETTINGS = { requireSignatures: 'true', keysDir, allowProcess: 'true', dockerHost: 'unix:///nonexistent/docker.sock', concurrency: '4' }
const proof = join(tempDir('proof'), 'it-ran')
let redis: RedisServer
let scheduler: StandIn
let other: StandIn
let setting: Setting

beforeAll(async () => {
  redis = await startRedis()
  scheduler = new StandIn(redis.url)
  other = new StandIn(redis.url, 'other', 5_000)
  setting = new Setting({ redisUrl: redis.url, queues: 'default,other', ...SETTINGS })
  await setting.start()
})

const job = (attempt: AttemptId, more: Partial<JobPayload> = {}): JobPayload => payload({ attempt, ...more })
const signed = (attempt: AttemptId, more: Partial<JobPayload> = {}, by = key): JobPayload => signJob(job(attempt, more), PREFIX, by)
const leavingProof = { command: ['touch', proof] }

/** Runs a good job to its end, so that everything before it has been looked at. */
async function nextRuns(on = scheduler, by = key): Promise<void> {
  const id = on.nextId()
  await on.enqueueRaw(id, signed(id, { queue: on.queue }, by))
  expect(await on.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
}

async function expectRefused(id: string, on: StandIn, why: string): Promise<void> {
  await on.gone(id as AttemptId)
  await nextRuns(on)
  expect(on.notices.find(notice => notice.job === id)?.detail).toContain(why)
  expect(await on.eventsOf(id as AttemptId), 'nothing is said about the attempt').toEqual([])
  expect(await on.owner(id as AttemptId), 'nobody claimed it').toBeNull()
  expect(existsSync(proof), 'it did not run').toBe(false)
}

describe('a worker that requires signatures', () => {
  it('runs what a trusted key has signed', async () => {
    await nextRuns()
    await setting.clean()
  })

  it.each<[string, (id: AttemptId) => unknown, string]>([
    ['that is not signed', id => job(id, leavingProof), 'not signed'],
    ['that is nothing at all', () => null, 'not signed'],
    ['of an unknown key', id => signed(id, leavingProof, makePrivateKey()), 'not trusted here'],
    ['of an unknown key that calls itself a trusted one', id => {
      const forged = signed(id, leavingProof, makePrivateKey())
      return { ...forged, signature: { ...forged.signature, key: key.id } }
    }, 'does not fit'],
    ['whose command was altered', id => ({ ...signed(id), ...leavingProof }), 'does not fit'],
    ['to which a mount was added', id => ({ ...signed(id, leavingProof), mounts: [{ source: '/', target: '/host', readOnly: false }] }), 'does not fit'],
    ['with a field that nobody knows', id => ({ ...signed(id, leavingProof), surprise: true }), 'does not fit'],
    ['whose signature is no base64', id => ({ ...signed(id, leavingProof), signature: { key: key.id, value: '%%%' } }), 'does not fit'],
    ['that was signed for another attempt', () => signed('4242.1', leavingProof), 'does not fit'],
    ['that was signed for another installation', id => signJob(job(id, leavingProof), 'staging', key), 'does not fit'],
  ])('does not run a job %s, says so, and reports nothing about its attempt', async (_, forge, why) => {
    const id = scheduler.nextId()
    await scheduler.enqueueRaw(id, forge(id))
    await expectRefused(id, scheduler, why)
    await setting.clean()
  })

  it('does not run a job that was copied to another queue, whatever queue it names', async () => {
    const id = scheduler.nextId()
    await other.enqueueRaw(id, signed(id, leavingProof))
    await expectRefused(id, other, 'does not fit')
    const renamed = scheduler.nextId()
    await other.enqueueRaw(renamed, { ...signed(renamed, leavingProof), queue: 'other' })
    await expectRefused(renamed, other, 'does not fit')
  })

  it('leaves a running attempt alone when a forged job with its id appears on another of its queues', async () => {
    const id = scheduler.nextId()
    await scheduler.enqueueRaw(id, signed(id, { command: ['sleep', '1'] }))
    await scheduler.waitFor(id, 'started')
    await other.enqueueRaw(id, job(id, { ...leavingProof, queue: 'other' }))
    await expectRefused(id, other, 'not signed')
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
  })

  it('removes a forged job even if that asks to be kept, so that its id is free for the real one', async () => {
    const id = scheduler.nextId()
    await scheduler.enqueueKept(id, job(id, leavingProof))
    await scheduler.gone(id)
    await scheduler.enqueueRaw(id, signed(id))
    expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0 })
    expect(await scheduler.jobCounts()).toMatchObject({ active: 0, completed: 0, failed: 0 })
  })

  it('tells of a flood of forged jobs no more than twenty times a minute', async () => {
    await new Setting({ ...SETTINGS, redisUrl: redis.url, queues: 'flood' }).start()
    const flood = new StandIn(redis.url, 'flood', 6_000)
    for (const id of await flood.enqueueMany(30)) await flood.gone(id)
    expect(await flood.events()).toEqual([])
    expect(flood.notices).toHaveLength(20)
  })

  it('rejects in the name of its attempt what a scheduler signed and it may not run', async () => {
    const id = scheduler.nextId()
    await scheduler.enqueueRaw(id, signed(id, { kind: 'container', image: 'any:1', gpus: 1 }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'rejected', detail: expect.stringContaining('allowGpus') })
  })
})

describe('keys change without a restart:', () => {
  /** What becomes of a good job of this key. */
  async function verdict(by: PrivateKey): Promise<'ran' | 'refused'> {
    const id = scheduler.nextId()
    await scheduler.enqueueRaw(id, signed(id, {}, by))
    const said = await until(async () => (await scheduler.eventsOf(id, 'finished')).length > 0 ? 'ran' : await scheduler.has(id) ? null : 'refused')
    if (said === 'ran') await scheduler.settle(id)
    return said
  }

  it('a key is trusted once its file is there, beside the one before it, and no more once it is revoked', async () => {
    const newcomer = makePrivateKey()
    expect(await verdict(newcomer)).toBe('refused')
    ring.trust(publicKeyOf(newcomer))
    await until(async () => await verdict(newcomer) === 'ran', { interval: 100 })
    expect(await verdict(key)).toBe('ran')
    ring.revoke(newcomer.id)
    await until(async () => await verdict(newcomer) === 'refused', { interval: 200, timeout: 20_000 })
    expect(await verdict(key)).toBe('ran')
  })
})

describe('a worker without trusted keys', () => {
  const place = (): Setting => new Setting({ ...SETTINGS, redisUrl: redis.url, queues: 'bare', keysDir: tempDir('no-keys') })

  it('does not start', async () => {
    await expect(place().start()).rejects.toMatchObject({ code: 'LS_KEY_MISSING' })
  })

  it('starts when it is told to do without, and runs what is not signed', async () => {
    await place().start({ requireSignatures: false })
    const bare = new StandIn(redis.url, 'bare', 7_000)
    expect(await bare.settle(await bare.enqueue())).toMatchObject({ exitCode: 0 })
  })

  it('told to do without, but with keys, still refuses what a trusted key signed and somebody altered', async () => {
    await new Setting({ ...SETTINGS, redisUrl: redis.url, queues: 'half' }).start({ requireSignatures: false })
    const half = new StandIn(redis.url, 'half', 8_000)
    const id = half.nextId()
    await half.enqueueRaw(id, { ...signed(id, { queue: 'half' }), ...leavingProof })
    await half.gone(id)
    expect(await half.settle(await half.enqueue())).toMatchObject({ exitCode: 0 })
    expect(half.notices).toHaveLength(1)
    expect(existsSync(proof)).toBe(false)
  })
})

describe('the next process on a state directory', () => {
  beforeAll(async () => { await askDepot('build') }, 180_000)

  /** A worker that died between writing down what to run and running it. */
  async function interrupted(queue: string): Promise<{ readonly place: Setting; readonly on: StandIn; readonly id: AttemptId; readonly intent: string }> {
    const place = new Setting({ ...SETTINGS, redisUrl: redis.url, queues: queue })
    const on = new StandIn(redis.url, queue, 9_000)
    const first = await place.launched({ LONGSHORE_CRASH_AT: 'worker.after-intent' })
    const id = on.nextId()
    await on.enqueueRaw(id, signed(id, { queue, log: `team.dag/run-1/${id}` }))
    await first.exited
    return { place, on, id, intent: join(place.stateDir, 'worker/intents', `${id}.json`) }
  }

  const change = (file: string, edit: (payload: Record<string, unknown>) => Record<string, unknown>): void => {
    const intent = JSON.parse(readFileSync(file, 'utf8')) as { payload: Record<string, unknown> }
    writeFileSync(file, JSON.stringify({ ...intent, payload: edit(intent.payload) }))
  }

  it('verifies again what it is about to start, and gives up what was altered on disk', async () => {
    const { place, on, id, intent } = await interrupted('altered')
    change(intent, old => ({ ...old, ...leavingProof }))
    await place.start()
    expect(await on.settle(id)).toMatchObject({ reason: 'infrastructure', startedAt: null, detail: expect.stringContaining('does not fit') })
    expect(existsSync(proof)).toBe(false)
  })

  it('starts what a newer version wrote down with fields that this one does not know', async () => {
    const { place, on, id, intent } = await interrupted('newer')
    change(intent, () => signJob({ ...job(id, { queue: 'newer' }), ofTheFuture: true } as JobPayload, PREFIX, key) as unknown as Record<string, unknown>)
    await place.start()
    expect(await on.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
  })
})

describe('a scheduler', () => {
  const DAG = `
dag: signed
schedule: null
defaults: { kind: process }
tasks:
  work: { shell: "true" }
`

  it('refuses to start without a key, unless told to do without', async () => {
    const site = await Installation.create('sqlite')
    await expect(site.scheduler({ requireSignatures: true, keysDir: tempDir('no-keys') })).rejects.toMatchObject({ code: 'LS_KEY_MISSING' })
    await site.scheduler({ requireSignatures: false })
  })

  it('sends out again, byte for byte, what Redis lost, and what a forged job had replaced; neither ends the attempt', async () => {
    const site = await Installation.create('sqlite')
    const jobs = new StandIn(site.redis.url)
    await site.scheduler({ requireSignatures: true, keysDir })
    await site.dag(DAG)
    // A job that is older than what is known of its Redis may have run: it would come back with a new fence.
    await until(async () => (await listQueues(site.database)).some(({ epoch_id: epoch }) => epoch !== null), { describe: 'the epoch of the queue' })
    await site.trigger('signed')
    const before = await until(() => jobs.onlyJob(), { describe: 'the job of the task' })
    expect(JSON.parse(before.data)).toMatchObject({ signature: { key: key.id } })

    await jobs.forget(before.id)
    expect(await until(() => jobs.onlyJob(), { describe: 'the job to come back' })).toEqual(before)

    await jobs.overwrite(before.id, JSON.stringify({ ...JSON.parse(before.data) as object, command: ['touch', proof], entrypoint: null }))
    await new Setting({ ...SETTINGS, redisUrl: site.redis.url }).start()
    expect(await site.ended('signed')).toMatchObject({ state: 'success', tasks: { work: { state: 'success', fence: 1, try_number: 1 } } })
    expect(existsSync(proof)).toBe(false)
    const letters = await listDeadLetters(site.database, 10)
    expect(letters.map(letter => letter.reason)).toEqual([expect.stringMatching(/refused the job '1\.1', which no scheduler made: .*does not fit/)])
    expect(letters[0]?.payload).toContain(proof)
  })

  it('signs with the next key within seconds of its rotation, while jobs of the one before still run', async () => {
    const keys = makeKeys()
    const site = await Installation.create('sqlite')
    const jobs = new StandIn(site.redis.url)
    await site.scheduler({ requireSignatures: true, keysDir: keys.keysDir })
    await site.dag(DAG.replace('schedule: null', 'schedule: null\nmaxActiveRuns: 100'))
    await site.trigger('signed', 'old')
    await until(() => jobs.onlyJob())
    keys.ring.generate()
    const { now, before } = keys.ring.rotate()
    expect(before).toBe(keys.key.id)
    let runs = 0
    await until(async () => {
      await site.trigger('signed', `new-${runs += 1}`)
      return (await jobs.signers()).has(now)
    }, { interval: 200 })
    await new Setting({ ...SETTINGS, keysDir: keys.keysDir, redisUrl: site.redis.url }).start()
    expect((await site.ended('signed', 'old')).state).toBe('success')
    expect((await site.ended('signed', `new-${runs}`)).state).toBe('success')
    expect(await listDeadLetters(site.database, 10)).toEqual([])
  })
})

it('signing and verifying cost about a tenth of a millisecond each', () => {
  const data = job('1.1', { env: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`VARIABLE_${index}`, 'x'.repeat(40)])) })
  const once = signJob(data, PREFIX, key)
  const found = { ...publicKeyOf(key) }
  const place = { prefix: PREFIX, queue: data.queue, job: data.attempt }
  // The best of many small batches: what the code costs, not what else this machine does.
  const best = (work: () => unknown): number => Math.min(...Array.from({ length: 100 }, () => {
    const start = performance.now()
    for (let i = 0; i < 10; i += 1) work()
    return (performance.now() - start) / 10
  }))
  const costs = { sign: best(() => signJob(data, PREFIX, key)), verify: best(() => signatureProblem(once, place, () => found)) }
  console.info('milliseconds per job:', costs)
  expect(costs.sign).toBeLessThan(0.2)
  expect(costs.verify).toBeLessThan(0.3)
})
