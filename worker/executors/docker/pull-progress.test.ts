import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { PullProgress, type PullLine } from './pull-progress.js'
import { readPull } from './pull-stream.js'

const downloading = (id: string, current: number, total = 100): PullLine => ({ status: 'Downloading', id, progressDetail: { current, total } })

describe('the progress of a pull', () => {
  it('counts the bytes of every layer once, whatever happens to it after its download', () => {
    const progress = new PullProgress()
    for (const line of [
      { status: 'Pulling from team/etl', id: '1' }, { status: 'Already exists', id: 'a' }, { status: 'Pulling fs layer', id: 'b' }, { status: 'Pulling fs layer', id: 'c' },
      downloading('b', 40), downloading('c', 10, 50), downloading('b', 90), { status: 'Download complete', id: 'b' },
      { status: 'Extracting', id: 'b', progressDetail: { current: 30, total: 100 } },
    ]) progress.note(line)
    expect([progress.bytes, progress.totalBytes]).toEqual([110, 150])
  })

  it('is none while a layer is tried again and comes no further than before', () => {
    const progress = new PullProgress()
    expect(progress.note(downloading('a', 50))).toBe(true)
    for (let again = 0; again < 3; again += 1) {
      expect(progress.note({ status: 'Retrying in 5 seconds', id: 'a' })).toBe(false)
      expect(progress.note(downloading('a', 20))).toBe(false)
      expect(progress.note(downloading('a', 50))).toBe(false)
    }
    expect(progress.note(downloading('a', 51))).toBe(true)
    expect(progress.note({ status: 'Verifying Checksum', id: 'a' })).toBe(true)
    expect(progress.note({ status: 'Waiting', id: 'a' })).toBe(false)
  })
})

describe('the stream of a pull', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const read = (...chunks: string[]) => readPull(Readable.from(chunks), new AbortController().signal, () => {})

  it('is read across chunks that end anywhere, and past lines that are not JSON', async () => {
    const text = `{"status":"Digest: ${digest}"}\r\nnonsense\n"text"\nnull\n{"status":"Status: Downloaded newer image for etl:1"}`
    for (const size of [1, 7, 1000]) {
      expect(await read(...text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])).toEqual({ failure: null, digest, fresh: true })
    }
  })

  it('tells an image that was here already from one that came', async () => {
    expect(await read(`{"status":"Digest: ${digest}"}\n{"status":"Status: Image is up to date for etl:1"}\n`)).toEqual({ failure: null, digest, fresh: false })
  })

  it('tells what was wrong', async () => {
    expect(await read('{"status":"Pulling"}\n{"errorDetail":{"message":"manifest unknown"},"error":"short"}\n')).toMatchObject({ failure: 'manifest unknown' })
  })
})
