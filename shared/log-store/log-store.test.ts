import { beforeAll, describe, expect, it } from 'vitest'
import { startS3, type S3Server } from '../../test/harness/s3.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import type { LogStore } from './log-store.js'
import { openLogStore } from './open-log-store.js'

let s3: S3Server
let prefixes = 0
beforeAll(async () => { s3 = await startS3() })

async function* of(...chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}
const text = async (store: LogStore, name: string): Promise<string> => (await store.read(name, 0, 1e9)).bytes.toString()

describe.each([
  ['of files', () => `file:${tempDir('logs')}`],
  ['of objects', () => s3.logStore(`contract/${prefixes += 1}`)],
])('a log store %s', (_, target) => {
  it('writes at an offset, and a repeat changes nothing', async () => {
    const store = openLogStore(target())
    await store.write('dag/run/7.1', 0, Buffer.from('one\n'))
    await store.write('dag/run/7.1', 4, Buffer.from('two\nhalf'))
    await store.write('dag/run/7.1', 4, Buffer.from('two\n'))
    expect(await text(store, 'dag/run/7.1')).toBe('one\ntwo\n')
    expect(await store.read('dag/run/7.1', 4, 2)).toEqual({ bytes: Buffer.from('tw'), size: 8 })
    expect((await store.read('dag/run/7.1', 100, 2)).bytes.length).toBe(0)
    expect((await store.read('dag/run/7.1', 0, 0)).size).toBe(8)
  })

  it('goes on where another process stopped, without what that one wrote and did not note', async () => {
    const place = target()
    const first = openLogStore(place)
    const piece = Buffer.alloc(50_000, 'x')
    for (let at = 0; at < 6; at += 1) await first.write('7.1', at * piece.length, piece)
    const second = openLogStore(place)
    await second.write('7.1', 120_000, Buffer.from('on'))
    await second.write('7.1', 120_002, Buffer.from('ward'))
    expect(await second.size('7.1')).toBe(120_006)
    expect(await text(first, '7.1')).toBe(`${'x'.repeat(120_000)}onward`)
    expect((await first.read('7.1', 119_998, 5)).bytes.toString()).toBe('xxonw')
  })

  it('replaces a log as a whole, or not at all', async () => {
    const store = openLogStore(target())
    await store.write('7.1', 0, Buffer.from('grown'))
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(11 * 1024 * 1024, 'x')
      throw new Error('Docker went away')
    }
    await expect(store.replace('7.1', broken())).rejects.toThrow('Docker went away')
    expect(await text(store, '7.1')).toBe('grown')
    await store.replace('7.1', of(Buffer.from('new')))
    expect(await text(store, '7.1')).toBe('new')
    await store.replace('7.1', of())
    expect(await store.read('7.1', 0, 100)).toEqual({ bytes: Buffer.alloc(0), size: 0 })
  })

  it('takes large logs whole, and is written on after a replacement', async () => {
    const store = openLogStore(target())
    const chunks = Array.from({ length: 130 }, (_, index) => Buffer.alloc(100_000, index))
    await store.replace('7.1', of(...chunks))
    const whole = Buffer.concat(chunks)
    expect(await store.size('7.1')).toBe(whole.length)
    expect((await store.read('7.1', 0, whole.length)).bytes.equals(whole)).toBe(true)
    await store.write('7.1', 1_234_567, Buffer.from('end'))
    expect(await store.size('7.1')).toBe(1_234_570)
    expect((await store.read('7.1', 1_234_560, 100)).bytes).toEqual(Buffer.concat([whole.subarray(1_234_560, 1_234_567), Buffer.from('end')]))
  })

  it('says that there is no log, and removes what may not be there', async () => {
    const store = openLogStore(target())
    await expect(store.read('7.1', 0, 1)).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
    expect(await store.size('7.1')).toBeNull()
    await store.remove('7.1')
    await store.write('7.1', 0, Buffer.from('grown'))
    await store.remove('7.1')
    expect(await store.size('7.1')).toBeNull()
    await store.replace('7.1', of(Buffer.from('whole')))
    await store.remove('7.1')
    await expect(store.read('7.1', 0, 1)).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
  })

  it.each(['', '..', '../outside', 'a/../../outside', '/etc/passwd', 'a//b', './a', 'a\0b', 'a/..'])('refuses the name %j', async name => {
    const store = openLogStore(target())
    await expect(store.write(name, 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
    await expect(store.read(name, 0, 1)).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
    await expect(store.replace(name, of())).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
  })
})
