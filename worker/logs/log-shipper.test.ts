import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LiveLog, LogFrame } from '../../shared/broker/live-log.js'
import { createLog } from '../../shared/log.js'
import { FileLogStore } from '../../shared/log-store/file-log-store.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { until } from '../../test/harness/wait.js'
import { sleep } from '../clock.js'
import type { Executor, LogBatch, LogPosition } from '../executors/executor.js'
import { LogShipper } from './log-shipper.js'

const frame = (number: number): LogFrame => ({ time: `1.${String(number).padStart(9, '0')}`, stream: 'stdout', text: `line ${number}`, complete: true })

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

function shipper(directory: string, source: FlakySource, maxBytes = 1e6, live: string[] = []): LogShipper {
  return new LogShipper({
    task: { attempt: '7.1', directory }, executor: source as unknown as Executor, name: 'run/7.1', store: new FileLogStore(join(directory, 'logs')),
    live: { append: (_: string, frames: LogFrame[]) => { live.push(...frames.map(({ text }) => text)); return Promise.resolve() } } as unknown as LiveLog,
    maxBytes, log: createLog('silent', 'test'),
  })
}
const shipped = (directory: string): string[] => readFileSync(join(directory, 'logs/run/7.1.log'), 'utf8').split('\n').slice(0, -1).map(line => line.slice(14))
const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`)

describe('shipping a log', () => {
  it('has every line once although the connection is lost again and again', async () => {
    const directory = tempDir('shipper')
    const live: string[] = []
    const one = shipper(directory, new FlakySource(100, 30), 1e6, live)
    await one.start()
    await until(() => live.length === 100)
    expect(await one.finish()).toMatchObject({ lines: 100, truncated: false })
    expect(shipped(directory)).toEqual(lines(100))
  })

  it('goes on where a process was killed, and what was written without being noted is not there twice', async () => {
    const directory = tempDir('shipper')
    const first = shipper(directory, new FlakySource(200, 1e9))
    await first.start()
    await until(() => shipped(directory).length > 0)
    await first.stop()
    // As if the last write had not been noted.
    const store = new FileLogStore(join(directory, 'logs'))
    await store.write('run/7.1', await store.size('run/7.1') ?? 0, Buffer.from('1.000000000 o never noted\n'))
    const second = shipper(directory, new FlakySource(200, 1e9))
    await second.start()
    await until(() => shipped(directory).length === 200)
    await second.finish()
    expect(shipped(directory)).toEqual(lines(200))
  })

  it('stops at the limit, marks it once, and does not go on after a restart', async () => {
    const directory = tempDir('shipper')
    for (let round = 0; round < 2; round += 1) {
      const one = shipper(directory, new FlakySource(1_000, 1e9), 300)
      await one.start()
      await until(() => shipped(directory).length > 5)
      expect(await one.finish()).toMatchObject({ truncated: true })
      expect(shipped(directory).filter(line => line.includes('[longshore]'))).toHaveLength(1)
    }
  })
})
