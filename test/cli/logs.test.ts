import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { followLog, type LogSources } from '../../shared/log-reading/follow-log.js'
import { framesAfter } from '../../shared/log-reading/frames-after.js'
import { inRange, lastLines } from '../../shared/log-reading/log-range.js'
import { StoredLog } from '../../shared/log-reading/stored-log.js'
import type { LiveBatch, LogFrame } from '../../shared/broker/live-log.js'
import { formatLogLine } from '../../shared/log-store/log-line.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import { startS3, type S3Server } from '../harness/s3.js'
import { tempDir } from '../harness/temp-dir.js'

const frame = (n: number, text = `line ${n}`): LogFrame => ({ time: `1767225600.${String(n).padStart(9, '0')}`, stream: 'stdout', text, complete: true })
const frames = (from: number, to: number): LogFrame[] => Array.from({ length: to - from + 1 }, (_, index) => frame(from + index))
const bytes = (list: readonly LogFrame[]): Buffer => Buffer.from(list.map(formatLogLine).join(''))

let s3: S3Server
let store: LogStore
let prefixes = 0
beforeAll(async () => { s3 = await startS3() })

const STORES: [string, () => LogStore][] = [
  ['files', () => openLogStore(`file:${tempDir('logs')}`)],
  ['objects', () => openLogStore(s3.logStore(`cli/${prefixes += 1}`))],
]

async function all(source: AsyncIterable<readonly LogFrame[]>): Promise<string[]> {
  const texts: string[] = []
  for await (const batch of source) texts.push(...batch.map(({ text }) => text))
  return texts
}

const texts = (from: number, to: number): string[] => frames(from, to).map(({ text }) => text)

describe('framesAfter', () => {
  it('goes on behind what has been shown, also among frames that are all alike', () => {
    const alike = [frame(1, 'x'), frame(1, 'x'), frame(1, 'x')]
    expect(framesAfter(alike, { count: 2, last: frame(1, 'x') })).toHaveLength(1)
    expect(framesAfter(frames(1, 5), { count: 0, last: null })).toEqual(frames(1, 5))
  })

  it('finds the place when lines had been lost before it, and goes by time when the last one is missing', () => {
    expect(framesAfter(frames(1, 5), { count: 2, last: frame(4) })).toEqual([frame(5)])
    expect(framesAfter([frame(1), frame(9)], { count: 1, last: frame(5) })).toEqual([frame(9)])
  })
})

describe.each(STORES)('a stored log of %s', (_, open) => {
  beforeEach(() => { store = open() })

  it('is read on while it grows, in whole lines', async () => {
    const log = new StoredLog(store, 'a/b/1')
    expect(await all(log.read())).toEqual([])
    expect(log.exists).toBe(false)
    const first = bytes(frames(1, 2))
    await store.write('a/b/1', 0, Buffer.concat([first, Buffer.from('17672')]))
    expect(await all(log.read())).toEqual(texts(1, 2))
    await store.write('a/b/1', first.length, bytes(frames(3, 3)))
    expect(await all(log.read())).toEqual(texts(3, 3))
    expect(await all(log.read())).toEqual([])
    expect(log.exists).toBe(true)
  })

  it('goes on at the right place when it is replaced by a copy with more in it', async () => {
    const log = new StoredLog(store, 'a')
    await store.write('a', 0, bytes([frame(1), frame(3)]))
    expect(await all(log.read())).toEqual(['line 1', 'line 3'])
    await store.write('a', 0, bytes(frames(1, 4)))
    expect(await all(log.read())).toEqual(['line 4'])
    expect(await all(log.read())).toEqual([])
  })

  it('is read whole when it is larger than one reading', async () => {
    await store.write('big', 0, bytes(frames(1, 20_000)))
    expect(await all(new StoredLog(store, 'big').read())).toEqual(texts(1, 20_000))
  })
})

describe.each(STORES)('following a log of %s', (_, open) => {
  beforeEach(() => { store = open() })

  /** What the live log will bring, one batch a reading, and what happens to the store before each. */
  function sources(stored: StoredLog, script: readonly { before?: () => Promise<void>; batch: Omit<LiveBatch, 'last'> | null }[]): LogSources {
    let step = 0
    return {
      stored,
      isOver: async () => step >= script.length,
      news: async after => {
        const next = script[step]
        step += 1
        await next?.before?.()
        return next?.batch == null ? null : { last: `${Number.parseInt(after) + 1}-0`, ...next.batch }
      },
    }
  }

  it('shows each line once, when store and live log tell the same at different times', async () => {
    const stored = new StoredLog(store, 'x')
    await store.write('x', 0, bytes(frames(1, 2)))
    const shownLines = await all(followLog(sources(stored, [
      { batch: { frames: frames(1, 3), ended: false }, before: () => store.write('x', 0, bytes(frames(1, 3))) },
      { batch: { frames: frames(4, 4), ended: false }, before: async () => { setTimeout(() => void store.write('x', 0, bytes(frames(1, 4))), 60) } },
      { batch: { frames: frames(5, 5), ended: true }, before: () => store.write('x', 0, bytes(frames(1, 6))) },
    ])))
    expect(shownLines).toEqual(texts(1, 6))
  })

  it('shows the live log when the store cannot be seen from here, and repeats nothing when it appears', async () => {
    const stored = new StoredLog(store, 'y')
    const shownLines = await all(followLog(sources(stored, [
      { batch: { frames: frames(1, 2), ended: false } },
      { batch: { frames: frames(3, 3), ended: true }, before: () => store.write('y', 0, bytes(frames(1, 4))) },
    ])))
    expect(shownLines).toEqual(texts(1, 4))
  })

  it('does without Redis', async () => {
    const stored = new StoredLog(store, 'z')
    await store.write('z', 0, bytes(frames(1, 1)))
    expect(await all(followLog(sources(stored, [
      { batch: null, before: () => store.write('z', 0, bytes(frames(1, 2))) },
    ])))).toEqual(texts(1, 2))
  })

  it('ends at once for an attempt that is over', async () => {
    await store.write('w', 0, bytes(frames(1, 2)))
    const started = performance.now()
    expect(await all(followLog(sources(new StoredLog(store, 'w'), [])))).toEqual(texts(1, 2))
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('choosing from a log', () => {
  const at = (second: number, text: string, more: Partial<LogFrame> = {}): LogFrame => ({ time: `${1_767_225_600 + second}.000000000`, stream: 'stdout', text, complete: true, ...more })
  const LOG = [at(0, 'a'), at(1, 'b', { stream: 'stderr' }), at(2, 'c1 ', { complete: false }), at(2, 'c2'), at(3, 'd', { stream: 'stderr' })]
  async function* inBatches(size: number): AsyncGenerator<readonly LogFrame[]> {
    for (let from = 0; from < LOG.length; from += size) yield LOG.slice(from, from + size)
  }
  const EVERYTHING = { since: -Infinity, until: Infinity, stream: null }
  const second = (n: number): number => (1_767_225_600 + n) * 1000

  it('takes times from and before, and one stream', async () => {
    expect(await all(inRange(inBatches(2), { ...EVERYTHING, since: second(1), until: second(3) }))).toEqual(['b', 'c1 ', 'c2'])
    expect(await all(inRange(inBatches(2), { ...EVERYTHING, stream: 'stderr' }))).toEqual(['b', 'd'])
  })

  it.each([1, 2, 5])('takes the last lines, with all parts of each, however the log comes (%i at a time)', async size => {
    expect(await all(lastLines(inBatches(size), 1))).toEqual(['d'])
    expect(await all(lastLines(inBatches(size), 2))).toEqual(['c1 ', 'c2', 'd'])
    expect(await all(lastLines(inBatches(size), 9))).toEqual(LOG.map(({ text }) => text))
  })

  it('counts a line that has not ended yet', async () => {
    async function* unfinished(): AsyncGenerator<readonly LogFrame[]> {
      yield [at(0, 'a'), at(1, 'b', { complete: false })]
    }
    expect(await all(lastLines(unfinished(), 1))).toEqual(['b'])
  })
})
