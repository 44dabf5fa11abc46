import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { AwsHook } from '../../cli/node/hook.js'
import type { Unit } from '../../cli/node/host.js'
import { Imds } from '../../cli/node/imds.js'
import { Lifecycle } from '../../cli/node/lifecycle.js'
import { createLog } from '../../shared/log.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'
import { ImitatedAws } from './aws.js'

let redis: RedisServer
let aws: ImitatedAws
let stages = 0

beforeAll(async () => {
  redis = await startRedis()
  aws = await ImitatedAws.start()
  Object.assign(process.env, { AWS_ENDPOINT_URL_AUTO_SCALING: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
})

/** A real worker with a task that runs; what stands for systemd does what its signals do. */
async function stage(seconds: number) {
  stages += 1
  const queue = `leave-${stages}`
  const scheduler = new StandIn(redis.url, queue, 1_000 * stages)
  const place = new Setting({ redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock', allowProcess: 'true', queues: queue, concurrency: '2' })
  const worker = await place.start()
  let isRunning = true
  const gone = worker.ended.then(async () => { await worker.stop(); isRunning = false })
  const running = await scheduler.enqueue({ command: ['sleep', String(seconds)] })
  await scheduler.waitFor(running, 'started')
  for (const path of ['autoscaling/target-lifecycle-state', 'spot/instance-action']) delete aws.metadata[path]
  aws.metadata['autoscaling/target-lifecycle-state'] = 'InService'
  aws.actions.length = 0
  let [clock, tasks] = [Date.now(), 1]
  const imds = new Imds(aws.url)
  const lifecycle = new Lifecycle({
    imds, hook: new AwsHook(imds, 'longshore-etl'), log: createLog('silent', 'lifecycle'), now: () => clock,
    host: {
      units: async (): Promise<Unit[]> => (isRunning ? [{ name: 'longshore-worker@etl.service', role: 'worker', pool: 'etl', state: 'active', pid: 7, restarts: 0 }] : []),
      signal: async (_, signal) => { worker.drain(signal === 'SIGPWR' ? { deadline: 0, then: 'stop' } : { deadline: null, then: 'detach' }) },
      tasksOf: async () => Array<string>(tasks).fill('one'),
    },
  })
  onTestFinished(() => lifecycle.stop())
  return { scheduler, gone, isRunning: () => isRunning, running, lifecycle, pass: (milliseconds: number) => { clock += milliseconds }, idle: () => { tasks = 0 }, at: () => clock }
}

describe('a node', () => {
  it('that its group ends finishes its tasks, has the group wait meanwhile, and tells it when they have ended', async () => {
    const { scheduler, gone, running, lifecycle, pass } = await stage(1.5)
    await lifecycle.runOnce()
    expect(aws.actions.map(one => [one.get('Action'), one.get('ProtectedFromScaleIn'), one.get('InstanceIds.member.1')])).toEqual([['SetInstanceProtection', 'true', 'i-0123456789abcdef0']])
    aws.metadata['autoscaling/target-lifecycle-state'] = 'Terminated'
    aws.forgetTokens()
    await lifecycle.runOnce()
    await lifecycle.runOnce()
    expect(aws.did('RecordLifecycleActionHeartbeat')).toBe(1)
    pass(300_000)
    await lifecycle.runOnce()
    expect(aws.did('RecordLifecycleActionHeartbeat')).toBe(2)
    expect(aws.did('CompleteLifecycleAction')).toBe(0)
    expect(await scheduler.settle(running)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await gone
    await lifecycle.runOnce()
    await lifecycle.runOnce()
    expect(aws.did('CompleteLifecycleAction')).toBe(1)
    const [action] = aws.actions.filter(one => one.get('Action') === 'CompleteLifecycleAction')
    expect(Object.fromEntries(action ?? [])).toMatchObject({ AutoScalingGroupName: 'longshore-etl', LifecycleHookName: 'terminating', InstanceId: 'i-0123456789abcdef0', LifecycleActionResult: 'CONTINUE' })
  })

  it('that AWS takes back stops what still runs 20 s before its end, for no fault of the task', async () => {
    const { scheduler, gone, isRunning, running, lifecycle, pass, at } = await stage(60)
    aws.metadata['spot/instance-action'] = JSON.stringify({ action: 'terminate', time: new Date(at() + 120_000).toISOString() })
    await lifecycle.runOnce()
    pass(99_000)
    await lifecycle.runOnce()
    expect(isRunning()).toBe(true)
    expect(await scheduler.eventsOf(running, 'finished')).toEqual([])
    pass(2_000)
    await lifecycle.runOnce()
    expect(await scheduler.settle(running)).toMatchObject({ reason: 'infrastructure', detail: expect.stringContaining('drained') as string })
    await gone
  })

  it('is protected from scale-in while it has tasks, and some time after them no more', async () => {
    const { scheduler, running, lifecycle, pass, idle } = await stage(1)
    await lifecycle.runOnce()
    idle()
    await lifecycle.runOnce()
    expect(aws.did('SetInstanceProtection')).toBe(1)
    pass(61_000)
    await lifecycle.runOnce()
    expect(aws.actions.map(one => one.get('ProtectedFromScaleIn'))).toEqual(['true', 'false'])
    await scheduler.settle(running)
  })

  it('that is no instance of AWS is left alone', async () => {
    const lifecycle = new Lifecycle({
      imds: new Imds('http://127.0.0.1:1'), hook: null, log: createLog('silent', 'lifecycle'),
      host: { units: () => Promise.reject(new Error('nobody asks')), signal: () => Promise.reject(new Error('nobody signals')), tasksOf: () => Promise.reject(new Error('nobody counts')) },
    })
    expect(await lifecycle.runOnce()).toBeGreaterThan(60_000)
  })
})
