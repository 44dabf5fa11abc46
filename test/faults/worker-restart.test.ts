import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { CrashPoint } from '../../shared/crash-point.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { Ledger } from '../harness/ledger.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'
import { PREFIX, StandIn } from '../worker/stand-in.js'

const FIRST_INSTANCE = 420_000

let docker: SharedDocker
let redis: RedisServer
let nextInstance = FIRST_INSTANCE

beforeAll(async () => {
  docker = await sharedDocker()
  redis = await startRedis()
})

/** A queue and a state directory of their own, so that a test that fails does not disturb the next. */
function stage(): { scheduler: StandIn; place: Setting } {
  nextInstance += 10
  const queue = `queue-${nextInstance}`
  return { scheduler: new StandIn(redis.url, queue, nextInstance), place: new Setting({ redisUrl: redis.url, dockerHost: docker.host, allowProcess: 'true', queues: queue }) }
}

/** A task that keeps the ledger, in a container or as a process. */
function keeping(ledger: Ledger, kind: JobPayload['kind'], attempt: JobPayload['attempt'], work: string): Partial<JobPayload> {
  const env = { LONGSHORE_ATTEMPT: attempt }
  return kind === 'process'
    ? { attempt, kind, command: ['sh', '-c', ledger.script(work, ledger.folder)], env }
    : { attempt, kind, image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', ledger.script(work)], mounts: [ledger.mount], env }
}

const COUNT = 'i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo line $i; sleep 0.05; done'
const COUNTED = Array.from({ length: 40 }, (_, index) => `o line ${index + 1}`)

describe.each(['container', 'process'] as const)('a task of kind %s', kind => {
  it('runs on while its worker is killed with SIGKILL, and is adopted: one start, no gap in the log', async () => {
    const { scheduler, place } = stage()
    const ledger = new Ledger()
    const first = await place.launched()
    const id = await scheduler.enqueue(keeping(ledger, kind, scheduler.nextId(), COUNT))
    await until(() => place.log(id).length > 3, { describe: 'some lines of the log' })
    await first.kill9()
    const second = await place.launched()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0, log: { lines: 40 } })
    expect(place.log(id)).toEqual(COUNTED)
    expect(ledger.started()).toEqual([id])
    expect(await scheduler.containersOf(id)).toHaveLength(1)
    await place.clean()
    await second.terminate()
  })

  it('that ends while no worker is there is reported by the next one', async () => {
    const { scheduler, place } = stage()
    const ledger = new Ledger()
    const first = await place.launched()
    const id = await scheduler.enqueue(keeping(ledger, kind, scheduler.nextId(), 'echo hello; sleep 0.5; exit 7'))
    await scheduler.waitFor(id, 'started')
    await first.kill9()
    await until(() => ledger.entries().some(({ type }) => type === 'end'), { describe: 'the end of the task' })
    const second = await place.launched()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 7 })
    expect(place.log(id)).toEqual(['o hello'])
    await place.clean()
    await second.terminate()
  })

  it('runs on when its worker gets SIGTERM, which is gone within seconds and leaves a long lease', async () => {
    const { scheduler, place } = stage()
    const ledger = new Ledger()
    const first = await place.launched()
    const id = await scheduler.enqueue(keeping(ledger, kind, scheduler.nextId(), COUNT))
    await until(() => place.log(id).length > 3, { describe: 'some lines of the log' })
    const asked = performance.now()
    expect(await first.terminate()).toEqual({ code: 0, signal: null })
    expect(performance.now() - asked).toBeLessThan(10_000)
    expect(await scheduler.leaseMs(id)).toBeGreaterThan(800_000)
    const second = await place.launched()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(place.log(id)).toEqual(COUNTED)
    expect(ledger.started()).toEqual([id])
    await place.clean()
    await second.terminate()
  })

  it('whose stop had begun when its worker was killed is still stopped, and for the same reason', async () => {
    const { scheduler, place } = stage()
    const first = await place.launched()
    const ledger = new Ledger()
    const id = await scheduler.enqueue({ ...keeping(ledger, kind, scheduler.nextId(), 'trap "" TERM; echo up; while :; do sleep 0.1; done'), stopGrace: 2_000 })
    await until(() => place.log(id).length > 0, { describe: 'a line of the log' })
    await scheduler.mark(id, 'cancel')
    await first.waitForLog('stopping the task')
    await first.kill9()
    await scheduler.unmark(id)
    const second = await place.launched()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
    await place.clean()
    await second.terminate()
  })

  const points: readonly CrashPoint[] = [
    'worker.after-pop', 'worker.after-claim', 'worker.after-intent', 'worker.after-create', 'worker.after-start', 'worker.after-exit',
    'worker.after-spool', 'worker.after-finished',
  ]
  it.each(points)('is neither lost nor run twice when its worker dies at %s', async point => {
    const { scheduler, place } = stage()
    const ledger = new Ledger()
    const first = await place.launched({ LONGSHORE_CRASH_AT: point })
    const id = await scheduler.enqueue(keeping(ledger, kind, scheduler.nextId(), 'echo hello'))
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' })
    const second = await place.launched()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(ledger.started()).toEqual([id])
    expect(place.log(id)).toEqual(['o hello'])
    await place.clean()
    await second.terminate()
    expect(await scheduler.jobCounts()).toMatchObject({ active: 0, prioritized: 0, completed: 0, failed: 0 })
  })

  it('whose end nobody confirms is on disk before long, and told again byte by byte the same', async () => {
    const { scheduler, place } = stage()
    const first = await place.launched()
    const id = await scheduler.enqueue(keeping(new Ledger(), kind, scheduler.nextId(), 'echo hello'))
    await scheduler.waitFor(id, 'finished')
    await until(() => place.remains().includes(`spool/${id}.json`), { describe: 'its end to be on disk' })
    await first.kill9()
    // It dies over another one.
    writeFileSync(join(place.stateDir, 'worker', 'spool', `${scheduler.nextId()}.json.tmp`), '{')
    const second = await place.launched()
    await until(async () => (await scheduler.eventsOf(id, 'finished')).length > 1, { describe: 'its end to be told again' })
    await scheduler.settle(id)
    expect(new Set((await scheduler.eventsOf(id, 'finished')).map(event => JSON.stringify(event))).size).toBe(1)
    await place.clean()
    await second.terminate()
  })

  it.each(['remembers', 'has forgotten'])('whose worker dies while it puts it away is put away by the next one and not run again, when Redis %s', async how => {
    const { scheduler, place } = stage()
    const ledger = new Ledger()
    const first = await place.launched({ LONGSHORE_CRASH_AT: 'worker.while-clearing' })
    const id = await scheduler.enqueue(keeping(ledger, kind, scheduler.nextId(), 'echo hello'))
    await scheduler.waitFor(id, 'finished')
    await scheduler.mark(id, 'durable')
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' })
    if (how === 'has forgotten') {
      await scheduler.unmark(id)
      await scheduler.redis.del(queueKeys(PREFIX, scheduler.queue).lease(id))
    }
    const second = await place.launched()
    await scheduler.settle(id)
    expect(ledger.started()).toEqual([id])
    expect(place.log(id)).toEqual(['o hello'])
    await place.clean()
    expect(await docker.client.listContainers({ all: true, filters: { label: [`longshore.attempt=${id}`] } })).toEqual([])
    await second.terminate()
  })
})

describe('a restarted worker', () => {
  it('stops and removes what was fenced while it was away', async () => {
    const { scheduler, place } = stage()
    const ledger = new Ledger()
    const first = await place.launched()
    const id = await scheduler.enqueue(keeping(ledger, 'container', scheduler.nextId(), 'sleep 100'))
    await scheduler.waitFor(id, 'started')
    await first.kill9()
    await scheduler.mark(id, 'fenced')
    const second = await place.launched()
    await scheduler.gone(id)
    await place.clean()
    expect(await docker.client.listContainers({ all: true, filters: { label: [`longshore.attempt=${id}`] } })).toEqual([])
    expect(await scheduler.eventsOf(id, 'finished')).toEqual([])
    await second.terminate()
  })

  it('does not share its state directory, and names who holds it', async () => {
    const { place } = stage()
    const first = await place.launched()
    const second = await place.launch()
    expect(await second.exited).toMatchObject({ code: 1 })
    expect(second.stderr).toContain('LS_STATE_DIR_LOCKED')
    expect(second.stderr).toContain(String(first.pid))
    await first.terminate()
    const third = await place.launched()
    await third.terminate()
  })

  it('gives back at SIGTERM what it has not started, and no try is used', async () => {
    const { scheduler, place } = stage()
    const first = await place.launched()
    const id = await scheduler.enqueue({ kind: 'container', image: 'localhost:1/slow:1', command: ['true'] })
    await scheduler.waitFor(id, 'claimed')
    await first.terminate()
    expect((await scheduler.eventsOf(id)).map(({ type }) => type)).toEqual(['claimed', 'released'])
    expect(await scheduler.owner(id)).toBeNull()
    await scheduler.gone(id)
    expect(place.remains()).toEqual([])
  })
})
