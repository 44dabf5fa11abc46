import type Docker from 'dockerode'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { Worker } from '../../worker/worker.js'
import { atEnd } from '../harness/cleanup.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 490_000
const MIB = 1024 * 1024

let docker: SharedDocker
let scheduler: StandIn
let setting: Setting
let worker: Worker

beforeAll(async () => {
  docker = await sharedDocker()
  const redis = await startRedis()
  scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE)
  setting = new Setting({ redisUrl: redis.url, dockerHost: docker.host, pidsLimit: '64' })
  worker = await setting.start()
})

const container = (task: Partial<JobPayload>): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', ...task })
const shell = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> => container({ command: ['sh', '-c', script], ...task })

/** A task that minds its own business beside the hostile one, and one after it. */
async function unharmed(): Promise<void> {
  expect(await scheduler.settle(await scheduler.enqueue(shell('echo fine')))).toMatchObject({ reason: 'exited', exitCode: 0 })
  expect(worker.status()).toMatchObject({ refusing: [], ready: true })
}

describe('a worker survives a task that', () => {
  it('forks for ever: it meets the limit of processes, ends by its timeout, and nothing of it is left', async () => {
    // It waits without a process of its own: a shell that may not fork ends.
    const id = await scheduler.enqueue(shell('mkfifo /tmp/never; bomb() { bomb | bomb & }; bomb; read line <> /tmp/never', { timeout: 3_000, stopGrace: 500 }))
    await scheduler.waitFor(id, 'started')
    await unharmed()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'timeout', detail: 'it ran longer than its timeout of 3000 ms' })
    await setting.clean()
  })

  it('ignores SIGTERM: SIGKILL after its grace, recorded as what was wanted', async () => {
    const deaf = 'trap "" TERM; while :; do sleep 0.1; done'
    const late = await scheduler.enqueue(shell(deaf, { timeout: 1_000, stopGrace: 300 }))
    const cancelled = await scheduler.enqueue(shell(deaf, { stopGrace: 300 }))
    await scheduler.waitFor(cancelled, 'started')
    await scheduler.mark(cancelled, 'cancel')
    expect(await scheduler.settle(cancelled)).toMatchObject({ reason: 'cancelled', exitCode: 137, detail: 'it was cancelled' })
    expect(await scheduler.settle(late)).toMatchObject({ reason: 'timeout', exitCode: 137 })
  })

  it('has an entrypoint that is not there: the class and the log say so', async () => {
    const id = await scheduler.enqueue(container({ entrypoint: ['/no/such/program'], command: ['x'] }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 127, detail: 'its command, or one that it called, was not found' })
    expect(setting.log(id)).toEqual([expect.stringMatching(/^e .*\/no\/such\/program.* No such file or directory$/)])
    await unharmed()
  })

  it('finds its container name taken by a stranger, whose container is left alone', async () => {
    const attempt = scheduler.nextId()
    const stranger: Docker.Container = await docker.client.createContainer({ name: `longshore-${worker.status().worker.slice(0, 8)}-${attempt}`, Image: BUSYBOX_IMAGE, Cmd: ['true'] })
    atEnd(() => stranger.remove({ force: true }))
    await scheduler.enqueue(container({ attempt, command: ['true'] }))
    expect(await scheduler.settle(attempt)).toMatchObject({ reason: 'start_failed', detail: expect.stringContaining('exists and is not this worker\'s') as string })
    expect((await stranger.inspect()).State.Status).toBe('created')
  })

  it('comes with an environment of 1 MB, or with 10,000 arguments', async () => {
    const env = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`BIG_${index}`, 'x'.repeat(100_000)]))
    const big = await scheduler.enqueue(shell('echo ${#BIG_9}', { env }))
    expect(await scheduler.settle(big)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(setting.log(big)).toEqual(['o 100000'])
    const many = await scheduler.enqueue(container({ command: ['sh', '-c', 'echo $#', 'sh', ...Array.from({ length: 10_000 }, (_, index) => `argument-${index}`)] }))
    expect(await scheduler.settle(many)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(setting.log(many)).toEqual(['o 10000'])
    const tooBig = await scheduler.enqueue(shell('true', { env: { BIG: 'x'.repeat(1_000_000) } }))
    // The kernel takes no single variable of more than 128 KiB.
    expect(await scheduler.settle(tooBig)).toMatchObject({ reason: 'exited', exitCode: 1 })
    expect(setting.log(tooBig)).toEqual([expect.stringContaining('argument list too long')])
    await unharmed()
  })

  it('prints what is no text at all', async () => {
    const id = await scheduler.enqueue(shell('head -c 300000 /dev/urandom; echo; echo end'))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0, log: { truncated: false } })
    expect(setting.log(id).at(-1)).toBe('o end')
  })

  it('ends in a millisecond, many times at once', async () => {
    const ids = await scheduler.enqueueMany(20, container({ command: ['true'] }))
    for (const finished of await Promise.all(ids.map(id => scheduler.settle(id, 28_000)))) expect(finished).toMatchObject({ reason: 'exited', exitCode: 0 })
    await setting.clean()
  })

  it('exits with 137 or 139 by itself, as if it had been killed', async () => {
    expect(await scheduler.settle(await scheduler.enqueue(shell('exit 137')))).toMatchObject({ reason: 'killed', exitCode: 137, detail: 'killed by SIGKILL, which Longshore did not send' })
    expect(await scheduler.settle(await scheduler.enqueue(shell('kill -SEGV $$')))).toMatchObject({ reason: 'killed', exitCode: 139, detail: 'killed by SIGSEGV' })
  })

  it('exits with 0 although the kernel killed a child of it for memory: it succeeded, and the detail says so', async () => {
    const id = await scheduler.enqueue(shell('head -c 200m /dev/zero | tail; sleep 1; exit 0', { memory: 16 * MIB }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0, detail: expect.stringMatching(/^it exited with 0 although the kernel killed a process of it, out of memory: peak 1[56] MiB of a limit of 16 MiB$/) as string })
  })

  it('fills its disk: it fails alone', async () => {
    const id = await scheduler.enqueue(shell('dd if=/dev/zero of=/dev/shm/fill bs=1M 2>&1 | tail -1; echo full', { shm: 8 * MIB }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(setting.log(id).at(-1)).toBe('o full')
    await unharmed()
  })

  it('leaves nothing behind', async () => {
    await setting.clean()
    await until(() => worker.status().active === 0 && worker.status().slots.used === 0)
    const left = await docker.client.listContainers({ all: true, filters: { label: [`longshore.worker=${worker.status().worker}`] } })
    expect(left).toEqual([])
  })
})
