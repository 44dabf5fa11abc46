import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LiveLog, LogFrame } from '../../shared/broker/live-log.js'
import { createLog } from '../../shared/log.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import { startS3, type S3Server } from '../../test/harness/s3.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { until } from '../../test/harness/wait.js'
import { aborted, sleep } from '../clock.js'
import type { Executor, LogBatch, LogPosition } from '../executors/executor.js'
import { readCursor, START, type LogCursor } from './log-cursor.js'
import { cursorPath, LogShipper } from './log-shipper.js'
import { Mask } from './mask.js'

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

/** The log of a task that has ended; the first readings of it break off in the middle. */
class EndedSource extends FlakySource {
  readonly keepsLog = true
  readonly readings: string[] = []
  constructor(total: number, private failures: number) {
    super(total, 1e9)
  }

  override async *readLog(task: unknown, from: LogPosition | null, follow: boolean, signal: AbortSignal): AsyncGenerator<LogBatch> {
    this.readings.push(follow ? 'follow' : 'whole')
    for await (const batch of super.readLog(task, from, false, signal)) {
      if (this.failures > 0 && Number(batch.position['next']) > 20) {
        this.failures -= 1
        throw new Error('the connection was lost')
      }
      yield batch
    }
  }
}

function shipper(directory: string, source: FlakySource, maxBytes = 1e6, live: string[] = [], mask: Mask | null = null, holdFor = 100): LogShipper {
  return new LogShipper({
    task: { attempt: '7.1', directory }, executor: source as unknown as Executor, name: 'run/7.1', store: openLogStore(place),
    live: { append: (_: string, frames: LogFrame[]) => { live.push(...frames.map(({ text }) => text)); return Promise.resolve() } } as unknown as LiveLog,
    maxBytes, mask, holdFor, log: createLog('silent', 'test'),
  })
}
/** What the store has, as a reader of another process sees it. */
async function shipped(): Promise<string[]> {
  const store: LogStore = openLogStore(place)
  const size = await store.size('run/7.1') ?? 0
  return size === 0 ? [] : (await store.read('run/7.1', 0, size)).bytes.toString().split('\n').slice(0, -1).map(line => line.slice(14))
}
const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`)

/** How far the process before has come. */
const noted = (directory: string): Promise<LogCursor> => readCursor(cursorPath({ attempt: '7.1', directory }))

describe.each([
  ['files', () => `file:${tempDir('logs')}`],
  ['objects', () => s3.logStore(`shipper/${prefixes += 1}`)],
])('shipping a log to a store of %s', (_, target) => {
  beforeEach(() => { place = target() })

  it('has every line once although the connection is lost again and again', async () => {
    const directory = tempDir('shipper')
    const live: string[] = []
    const one = shipper(directory, new FlakySource(100, 30), 1e6, live)
    one.start(await noted(directory))
    await until(() => live.length === 100)
    expect(await one.finish()).toMatchObject({ lines: 100, truncated: false })
    expect(await shipped()).toEqual(lines(100))
  })

  it('goes on where a process was killed, and what was written without being noted is not there twice', async () => {
    const directory = tempDir('shipper')
    const first = shipper(directory, new FlakySource(1_500, 1e9))
    first.start(await noted(directory))
    await until(async () => (await shipped()).length > 0)
    await first.stop()
    // As if the last write had not been noted.
    const store = openLogStore(place)
    await store.write('run/7.1', await store.size('run/7.1') ?? 0, Buffer.from('1.000000000 o never noted\n'))
    const second = shipper(directory, new FlakySource(1_500, 1e9))
    second.start(await noted(directory))
    await until(async () => (await shipped()).length === 1_500)
    await second.finish()
    expect(await shipped()).toEqual(lines(1_500))
  })

  it('is one reading when the task ended at once, also when that is broken off and repeated', async () => {
    for (const failures of [0, 1]) {
      const source = new EndedSource(50, failures)
      const one = shipper(tempDir('shipper'), source)
      one.start(START)
      expect(await one.finish()).toMatchObject({ lines: 50, truncated: false })
      expect(await shipped()).toEqual(lines(50))
      // Only what was read as a whole, after the end, needs no second look.
      expect([source.readings, one.isAuthoritative]).toEqual(failures === 0 ? [['whole'], true] : [['whole', 'follow'], false])
    }
  })

  it('stops at the limit, marks it once, and does not go on after a restart', async () => {
    const directory = tempDir('shipper')
    for (let round = 0; round < 2; round += 1) {
      const one = shipper(directory, new FlakySource(1_000, 1e9), 300)
      one.start(await noted(directory))
      await until(async () => (await shipped()).length > 5)
      expect(await one.finish()).toMatchObject({ truncated: true })
      expect((await shipped()).filter(line => line.includes('[longshore]'))).toHaveLength(1)
    }
  })
})

/** Prints these frames, and then nothing until it is told to end. */
class PausingSource {
  readonly kind = 'docker'
  isSilent = false
  constructor(private readonly texts: readonly (readonly [text: string, complete: boolean])[], private readonly silentAfter: number) {}

  async *readLog(_: unknown, from: LogPosition | null, follow: boolean, signal: AbortSignal): AsyncGenerator<LogBatch> {
    for (let next = Number(from?.['next'] ?? 0); next < this.texts.length && !signal.aborted; next += 1) {
      this.isSilent = next === this.silentAfter
      if (follow && this.isSilent) await aborted(signal)
      if (signal.aborted) return
      const [text, complete] = this.texts[next] as readonly [string, boolean]
      yield { frames: [{ ...frame(next), text, complete }], position: { next: next + 1 } }
    }
  }
}

describe('shipping a log with secrets', () => {
  const mask = Mask.of(['abcdefghijkl'])
  beforeEach(() => { place = `file:${tempDir('logs')}` })
  const start = async (directory: string, source: PausingSource, holdFor?: number): Promise<LogShipper> => {
    const one = shipper(directory, source as unknown as FlakySource, 1e6, [], mask, holdFor)
    one.start(await noted(directory))
    return one
  }
  const TEXTS = [['before', true], ['x abcdef', false], ['ghijkl y', true], ['after', true]] as const
  const MASKED = ['before', ' x ***', ' y', 'after']

  it('masks a value of which a part had come when the process was killed, and has no line twice', async () => {
    const directory = tempDir('shipper')
    const source = new PausingSource(TEXTS, 2)
    const first = await start(directory, source, 600_000)
    await until(() => source.isSilent)
    await first.stop()
    expect(await shipped()).toEqual(['before'])
    const second = await start(directory, new PausingSource(TEXTS, Infinity))
    await until(async () => (await shipped()).length === TEXTS.length)
    await second.finish()
    expect(await shipped()).toEqual(MASKED)
  })

  it('does not keep a line for long whose end may be the beginning of a value', async () => {
    const one = await start(tempDir('shipper'), new PausingSource(TEXTS, 2))
    await until(async () => (await shipped()).length === 2)
    expect(await shipped()).toEqual(MASKED.slice(0, 2))
    await one.stop()
  })
})
