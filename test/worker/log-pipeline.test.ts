import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { LiveLog, type LogFrame } from '../../shared/broker/live-log.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { atEnd } from '../harness/cleanup.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { freePort } from '../harness/free-port.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { PREFIX, StandIn } from './stand-in.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 460_000

let docker: SharedDocker
let redis: RedisServer
let scheduler: StandIn
let setting: Setting

beforeAll(async () => {
  docker = await sharedDocker()
  redis = await startRedis()
  scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE)
  setting = new Setting({ redisUrl: redis.url, dockerHost: docker.host })
  await setting.start()
})

const shell = (script: string, more: Partial<JobPayload> = {}): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script], ...more })

/** A directory that the task sees, too: it goes on when the test writes `go`. */
function gate(): { readonly mount: Partial<JobPayload>; readonly open: (name?: string) => void } {
  const folder = tempDir('gate')
  return { mount: { mounts: [{ source: folder, target: '/gate', readOnly: true }] }, open: (name = 'go') => writeFileSync(join(folder, name), '') }
}
const WAIT = 'while [ ! -e /gate/go ]; do sleep 0.05; done'

describe('the log of a container', () => {
  it('is live within a second, each line with its stream and the time it was printed', async () => {
    const id = await scheduler.enqueue(shell('for i in 1 2 3 4 5 6 7 8; do echo out $i; echo err $i >&2; sleep 0.25; done'))
    const connection = scheduler.redis.duplicate().on('error', () => {})
    atEnd(() => connection.disconnect())
    const live = new LiveLog(connection, PREFIX, 'default')
    const seen: { frame: LogFrame; at: number }[] = []
    for (let after = '0-0'; seen.length < 16;) {
      const batch = await live.read(id, after, 500)
      seen.push(...batch.frames.map(frame => ({ frame, at: Date.now() })))
      after = batch.last
    }
    const delays = seen.map(({ frame, at }) => at - Number(frame.time) * 1000).toSorted((a, b) => a - b)
    // A good one: this machine may be busy with other tests for a moment.
    expect(delays[4]).toBeLessThan(1_000)
    expect(delays[0]).toBeGreaterThan(-5)
    for (const stream of ['stdout', 'stderr'] as const) {
      expect(seen.filter(({ frame }) => frame.stream === stream).map(({ frame }) => frame.text)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(n => `${stream.slice(3)} ${n}`))
    }
    await scheduler.settle(id)
  })

  it('is read whole while it runs, and again from Docker when it has ended', async () => {
    const { mount, open } = gate()
    const id = await scheduler.enqueue(shell(`for i in 1 2 3; do echo line $i; done; ${WAIT}; echo last`, mount))
    await until(() => setting.log(id).length === 3, { describe: 'the log so far' })
    expect(setting.log(id)).toEqual(['o line 1', 'o line 2', 'o line 3'])
    // As if lines had been lost on the way.
    const file = join(setting.logs, `team.dag/run-1/${id}.log`)
    writeFileSync(file, Buffer.alloc(statSync(file).size, 'x\n'))
    open()
    await scheduler.settle(id)
    expect(setting.log(id)).toEqual(['o line 1', 'o line 2', 'o line 3', 'o last'])
  })

  it('may be binary: every byte that is text stays, every other one is marked, and lines stay lines', async () => {
    const id = await scheduler.enqueue(shell(String.raw`printf 'a\000b\377\376c\r\n\n\342\202\254\n'; head -c 2000000 /dev/urandom; printf '\nend\n'`))
    const finished = await scheduler.settle(id, 30_000)
    expect(finished).toMatchObject({ exitCode: 0, log: { truncated: false } })
    const lines = setting.log(id)
    expect(lines.slice(0, 3)).toEqual(['o a\0b\ufffd\ufffdc\r', 'o ', 'o €'])
    expect(lines.at(-1)).toBe('o end')
    expect(readFileSync(join(setting.logs, `team.dag/run-1/${id}.log`)).length).toBeGreaterThan(2_000_000)
  }, 60_000)
})

/** A line to Docker that can be cut. */
async function cuttable(socketPath: string): Promise<{ readonly host: string; readonly cut: () => void }> {
  const open = new Set<Socket>()
  const port = await freePort()
  const server = createServer(client => {
    const upstream = connect(socketPath)
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      open.add(from)
      from.on('error', () => to.destroy()).on('close', () => {
        open.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  atEnd(() => {
    cut()
    server.close()
  })
  return { host: `tcp://127.0.0.1:${port}`, cut }
}

it('a log whose connection is lost again and again has every line once and in order, before its end is read again', async () => {
  const line = await cuttable(docker.socketPath)
  const away = new StandIn(redis.url, 'away', FIRST_INSTANCE + 500)
  const place = new Setting({ redisUrl: redis.url, dockerHost: line.host, queues: 'away' })
  await place.start()
  const { mount, open } = gate()
  // In bursts, so that many lines have nearly the same time.
  const script = `i=0; while [ ! -e /gate/enough ]; do echo line $i; i=$((i+1)); [ $((i % 60)) = 0 ] && sleep 0.1; done; echo "$i lines"; ${WAIT}`
  const id: AttemptId = await away.enqueue(shell(script, mount))
  for (let cuts = 0, before = 0; cuts < 15; cuts += 1) {
    before = await until(() => {
      const { length } = place.log(id)
      return length > before ? length : false
    }, { timeout: 20_000, interval: 5 + Math.floor(Math.random() * 40), describe: `more than ${before} lines` })
    line.cut()
  }
  open('enough')
  const last = await until(() => place.log(id).find(text => text.endsWith(' lines')), { timeout: 20_000, describe: 'the last line' })
  const whole = [...Array.from({ length: Number(/\d+/.exec(last)?.[0]) }, (_, index) => `o line ${index}`), last]
  expect(place.log(id)).toEqual(whole)
  open()
  expect(await away.settle(id, 30_000)).toMatchObject({ exitCode: 0, log: { lines: whole.length } })
  expect(place.log(id)).toEqual(whole)
}, 90_000)
