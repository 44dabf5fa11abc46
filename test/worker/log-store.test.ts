import { beforeAll, describe, expect, it } from 'vitest'
import type { RunView } from '../../shared/views/run-view.js'
import { LiveLog } from '../../shared/broker/live-log.js'
import { parseLogLine } from '../../shared/log-store/log-line.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import { Workplace } from '../cli/setting.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { S3_CREDENTIALS, startS3, type S3Server } from '../harness/s3.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { PREFIX, StandIn } from './stand-in.js'

const COUNT = 'i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.1; done'
const COUNTED = Array.from({ length: 40 }, (_, index) => `line ${index}`)

let docker: SharedDocker
let s3: S3Server
beforeAll(async () => {
  docker = await sharedDocker()
  s3 = await startS3()
  await askDepot('build')
}, 240_000)

async function lines(store: LogStore, name: string): Promise<string[]> {
  const size = await store.size(name)
  if (size === null || size === 0) return []
  return (await store.read(name, 0, size)).bytes.toString().split('\n').slice(0, -1).map(line => parseLogLine(line)?.text ?? `not a line: ${line}`)
}

describe('with logs in S3', () => {
  it('a standalone runs a DAG, whose logs are followed while it runs and read in parts afterwards', async () => {
    const dag = `
dag: logged
tasks:
  counts: { kind: process, shell: '${COUNT}' }
  contained: { image: ${BUSYBOX_IMAGE}, network: none, command: [sh, -c, 'echo out; echo err >&2'] }
`
    const work = new Workplace({ 'dags/logged.yaml': dag }, { env: { ...S3_CREDENTIALS, DOCKER_HOST: docker.host, LONGSHORE_DOCKER_HOST: docker.host } })
    const standalone = await work.standalone('--log-store', s3.logStore('standalone'))
    await until(async () => (await work.ask<unknown[]>('dags', 'list')).length > 0)
    await work.ask('dags', 'trigger', 'logged', '--run-id', 'one')
    const followed = work.run('tasks', 'logs', 'logged', 'one', 'counts', '--follow')
    const view = await until(async () => {
      const found = await work.ask<RunView>('runs', 'show', 'logged', 'one')
      return found.endedAt === null ? false : found
    }, { timeout: 60_000, interval: 200 })
    expect(view.state).toBe('success')
    expect((await followed).stdout.split('\n').slice(0, -1)).toEqual(COUNTED)
    const tail = await work.run('tasks', 'logs', 'logged', 'one', 'counts', '--tail', '2')
    expect(tail.stdout).toBe('line 38\nline 39\n')
    const stderr = await work.run('tasks', 'logs', 'logged', 'one', 'contained', '--stream', 'stderr', '--attempt', '1')
    expect(stderr).toMatchObject({ code: 0, stdout: 'err\n' })
    expect((await work.run('tasks', 'logs', 'logged', 'one', 'counts', '--since', '2100-01-01')).stdout).toBe('')
    await standalone.terminate()
  }, 120_000)

  it('nothing of a log is lost or doubled when the store is away while a task prints', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', 450_000)
    const logStore = s3.logStore('outage')
    const place = new Setting({ redisUrl: redis.url, allowProcess: 'true', dockerHost: docker.host })
    await place.start({ logStore })
    const store = openLogStore(logStore)
    const id = await scheduler.enqueue({ command: ['sh', '-c', COUNT] })
    const name = `team.dag/run-1/${id}`
    await until(async () => (await lines(store, name)).length > 5, { describe: 'some lines of the log' })
    await s3.kill()
    const live = new LiveLog(scheduler.redis, PREFIX, 'default')
    await until(async () => (await live.read(id, '0-0', 10)).frames.some(({ text }) => text === 'line 30'), { describe: 'the live log to go on' })
    await s3.launch()
    expect(await scheduler.settle(id, 60_000)).toMatchObject({ exitCode: 0, log: { lines: 40 } })
    expect(await lines(store, name)).toEqual(COUNTED)
    await place.clean()
  }, 90_000)
})
