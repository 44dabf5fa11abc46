import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LiveLog, LogFrame } from '../../shared/broker/live-log.js'
import { createLog } from '../../shared/log.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import { startS3, type S3Server } from '../../test/harness/s3.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { until } from '../../test/harness/wait.js'
import { sleep } from '../clock.js'
import type { Executor, LogBatch, LogPosition } from '../executors/executor.js'
import { LogShipper } from './log-shipper.js'
import { type Mask } from './mask.js'

const frame = (number: number): LogFrame => ({ time: `1.${String(number).padStart(9, '0')}`, stream: 'stdout', text: `line ${number}`, complete: true })

let s3: S3Server
let prefixes = 0
let place: string
beforeAll(async () => { s3 = await startS3() })

/** A log that grows by one line a millisecond and is cut off again and again. */
class FlakySource {
  readonly kind = 'docker'
  constructor(readonly total: number, private readonly breakEvery: number) {}

  async *readLog(_: unknown, from: LogPosition | null, follow: boolean, signal: AbortSignal): AsyncGenerator<LogBatch> {
    for (let next = Number(from?.['next'] ?? 0), read = 0; next < this.total && !signal.aborted; next += 1, read += 1) {
      if (follow && read === this.breakEvery) throw new Error('the connection was lost')
      yield { frames: [frame(next)], position: { next: next + 1 } }
      if (follow) await sleep(1)
    }
  }
}

function shipper(directory: string, source: FlakySource, maxBytes = 1e6, live: string[] = [], mask: Mask | null = null): LogShipper {
  return new LogShipper({
    task: { attempt: '7.1', directory }, executor: source as unknown as Executor, name: 'run/7.1', store: openLogStore(place),
    live: { append: (_: string, frames: LogFrame[]) => { live.push(...frames.map(({ text }) => text)); return Promise.resolve() } } as unknown as LiveLog,
    maxBytes, mask, log: createLog('silent', 'test'),
  })
}
/** What the store has, as a reader of another process sees it. */
async function shipped(): Promise<string[]> {
  const store: LogStore = openLogStore(place)
  const size = await store.size('run/7.1') ?? 0
  return size === 0 ? [] : (await store.read('run/7.1', 0, size)).bytes.toString().split('\n').slice(0, -1).map(line => line.slice(14))
}
const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`)

describe.each([
  ['files', () => `file:${tempDir('logs')}`],
  ['objects', () => s3.logStore(`shipper/${prefixes += 1}`)],
])('shipping a log to a store of %s', (_, target) => {
  beforeEach(() => { place = target() })

  it('has every line once although the connection is lost again and again', async () => {
    const directory = tempDir('shipper')
    const live: string[] = []
    const one = shipper(directory, new FlakySource(100, 30), 1e6, live)
    await one.start()
    await until(() => live.length === 100)
    expect(await one.finish()).toMatchObject({ lines: 100, truncated: false })
    expect(await shipped()).toEqual(lines(100))
  })

  it('goes on where a process was killed, and what was written without being noted is not there twice', async () => {
    const directory = tempDir('shipper')
    const first = shipper(directory, new FlakySource(1_500, 1e9))
    await first.start()
    await until(async () => (await shipped()).length > 0)
    await first.stop()
    // As if the last write had not been noted.
    const store = openLogStore(place)
    await store.write('run/7.1', await store.size('run/7.1') ?? 0, Buffer.from('1.000000000 o never noted\n'))
    const second = shipper(directory, new FlakySource(1_500, 1e9))
    await second.start()
    await until(async () => (await shipped()).length === 1_500)
    await second.finish()
    expect(await shipped()).toEqual(lines(1_500))
  })

  it('stops at the limit, marks it once, and does not go on after a restart', async () => {
    const directory = tempDir('shipper')
    for (let round = 0; round < 2; round += 1) {
      const one = shipper(directory, new FlakySource(1_000, 1e9), 300)
      await one.start()
      await until(async () => (await shipped()).length > 5)
      expect(await one.finish()).toMatchObject({ truncated: true })
      expect((await shipped()).filter(line => line.includes('[longshore]'))).toHaveLength(1)
    }
  })
})
