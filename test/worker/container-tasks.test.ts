import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { Worker } from '../../worker/worker.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { containerOf } from './container-of.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 410_000

let docker: SharedDocker
let redis: RedisServer
let scheduler: StandIn
let setting: Setting
let worker: Worker

beforeAll(async () => {
  docker = await sharedDocker()
  redis = await startRedis()
  scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE)
  setting = new Setting({ redisUrl: redis.url, dockerHost: docker.host, allowImage: 'longshore-demo/*,nowhere/*,localhost:1/*', maxLogBytes: '200000' })
  worker = await setting.start()
})

const container = (task: Partial<JobPayload>): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', ...task })
const shell = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> => container({ command: ['sh', '-c', script], ...task })

async function containersOf(attempt: string): Promise<string[]> {
  return (await docker.client.listContainers({ all: true, filters: { label: [`longshore.attempt=${attempt}`] } })).map(({ Id }) => Id)
}

describe('a worker that runs containers', () => {
  it('runs one with environment, mounts, limits, user and result, ships its log and removes it', async () => {
    const folder = tempDir('mount')
    writeFileSync(join(folder, 'input'), 'from the host\n')
    mkdirSync(join(folder, 'out'), { mode: 0o777 })
    const id = await scheduler.enqueue(shell(
      'echo "$GREETING"; cat /data/input; echo wrong >&2; id -u; pwd; echo "[1,2,3]" > "$LONGSHORE_RESULT"; echo done > /out/file',
      {
        env: { GREETING: 'hello' }, memory: 64 * 1024 * 1024, cpus: 0.5, workdir: '/tmp', result: true, labels: { team: 'etl' },
        mounts: [{ source: folder, target: '/data', readOnly: true }, { source: join(folder, 'out'), target: '/out', readOnly: false }],
      },
    ))
    const finished = await scheduler.settle(id)
    expect((await scheduler.eventsOf(id)).map(({ type }) => type)).toEqual(['claimed', 'finished'])
    expect(finished).toMatchObject({ reason: 'exited', exitCode: 0, detail: null, log: { lines: 5, truncated: false } })
    expect(JSON.parse(finished.result ?? 'null')).toEqual([1, 2, 3])
    expect(finished.container).toMatch(/^[0-9a-f]{64}$/)
    expect(finished.imageDigest).toMatch(/sha256:/)
    expect(finished.startedAt).toBeLessThanOrEqual(finished.finishedAt)
    expect(setting.log(id).toSorted()).toEqual(['e wrong', 'o /tmp', 'o 0', 'o from the host', 'o hello'])
    expect(readFileSync(join(folder, 'out/file'), 'utf8')).toBe('done\n')
    await setting.clean()
    expect(await containersOf(id)).toEqual([])
  })

  it('shows the log while the task runs, and keeps both streams', async () => {
    const id = await scheduler.enqueue(shell('echo first; echo second >&2; sleep 100'))
    await until(() => setting.log(id).length === 2, { describe: 'two lines of the log' })
    await scheduler.mark(id, 'cancel')
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled', exitCode: 143 })
    expect(setting.log(id).toSorted()).toEqual(['e second', 'o first'])
  })

  it('cuts the log at its limit and says so', async () => {
    const id = await scheduler.enqueue(shell('yes 0123456789abcdef | head -n 100000'))
    const finished = await scheduler.settle(id)
    expect(finished.log.truncated).toBe(true)
    expect(finished.log.bytes).toBeLessThan(201_000)
    expect(setting.log(id).at(-1)).toMatch(/^e \[longshore\] the log is cut here/)
  })

  it('keeps lines of more than 16 KiB in parts, and bytes that are no UTF-8 do not stop it', async () => {
    const id = await scheduler.enqueue(shell('head -c 40000 /dev/zero | tr "\\0" x; echo; printf "\\377\\376 bin\\n"; echo end'))
    await scheduler.settle(id)
    const lines = setting.log(id)
    const long = lines.filter(line => line.includes('xxx'))
    expect(long.map(line => line.slice(0, 2)).slice(0, -1).every(mark => mark === 'o+')).toBe(true)
    expect(long.map(line => line.replace(/^o\+? /, '')).join('')).toBe('x'.repeat(40_000))
    expect(lines.at(-1)).toBe('o end')
  })

  it('says why an image is not there, was refused or cannot be pulled', async () => {
    const never = await scheduler.enqueue(container({ image: 'nowhere/never:1', pull: 'never' }))
    expect(await scheduler.settle(never)).toMatchObject({ reason: 'image_missing', startedAt: null })
    const refused = await scheduler.enqueue(container({ image: 'forbidden/image:1' }))
    expect(await scheduler.settle(refused)).toMatchObject({ reason: 'rejected', detail: expect.stringContaining('not allowed') as string })
    const user = await scheduler.enqueue(container({ command: ['true'], user: 'nobody-knows-them' }))
    expect(await scheduler.settle(user)).toMatchObject({ reason: 'start_failed', exitCode: null })
    const mount = await scheduler.enqueue(container({ command: ['true'], mounts: [{ source: '/no/such/source', target: '/x', readOnly: true }] }))
    expect(await scheduler.settle(mount)).toMatchObject({ reason: 'start_failed', detail: expect.stringContaining('/no/such/source') as string })
    await setting.clean()
  })

  it('reports pull_failed when the registry cannot be reached, after some tries', async () => {
    const id = await scheduler.enqueue(container({ image: 'localhost:1/image:1' }))
    expect(await scheduler.settle(id, 29_000)).toMatchObject({ reason: 'pull_failed' })
  })

  it('recognises that the kernel killed a task for memory', async () => {
    const id = await scheduler.enqueue(shell('head -c 200m /dev/zero | tail', { memory: 16 * 1024 * 1024 }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'oom' })
  })

  it('stops one at its timeout, with SIGKILL when it ignores SIGTERM', async () => {
    const id = await scheduler.enqueue(shell('trap "" TERM; while :; do sleep 1; done', { timeout: 500, stopGrace: 500 }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'timeout', exitCode: 137 })
  })

  it('reports a container that somebody removes as an infrastructure loss, and one that somebody kills as killed', async () => {
    const removed = await scheduler.enqueue(shell('sleep 100'))
    const killed = await scheduler.enqueue(shell('sleep 100'))
    await scheduler.waitFor(removed, 'started')
    await scheduler.waitFor(killed, 'started')
    await (await containerOf(docker.client, removed)).remove({ force: true })
    await (await containerOf(docker.client, killed)).kill()
    // Docker kills it before it removes it: which of the two is seen is a matter of time.
    expect((await scheduler.settle(removed)).reason).toMatch(/^(infrastructure|killed)$/)
    expect(await scheduler.settle(killed)).toMatchObject({ reason: 'killed', exitCode: 137 })
  })

  it('removes the container of a fenced attempt', async () => {
    const id = await scheduler.enqueue(shell('sleep 100'))
    await scheduler.waitFor(id, 'started')
    await scheduler.mark(id, 'fenced')
    await scheduler.gone(id)
    expect(await containersOf(id)).toEqual([])
    expect(await scheduler.eventsOf(id, 'finished')).toEqual([])
  })

  it('leaves nothing behind', async () => {
    await setting.clean()
    await until(() => worker.status().active === 0)
    expect(worker.status()).toMatchObject({ slots: { used: 0 }, active: 0, unsettled: 0, docker: 'up', refusing: [], ready: true })
    expect(await scheduler.jobCounts()).toMatchObject({ active: 0, prioritized: 0, completed: 0, failed: 0 })
  })
})
