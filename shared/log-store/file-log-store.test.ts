import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/harness/temp-dir.js'
import { FileLogStore } from './file-log-store.js'
import { formatLogLine, logTime, parseLogLine } from './log-line.js'

describe('a log store of files', () => {
  it('writes at an offset, and a repeat changes nothing', async () => {
    const store = new FileLogStore(tempDir('logs'))
    await store.write('dag/run/7.1', 0, Buffer.from('one\n'))
    await store.write('dag/run/7.1', 4, Buffer.from('two\nhalf'))
    await store.write('dag/run/7.1', 4, Buffer.from('two\n'))
    expect((await store.read('dag/run/7.1', 0, 100)).bytes.toString()).toBe('one\ntwo\n')
    expect(await store.read('dag/run/7.1', 4, 2)).toEqual({ bytes: Buffer.from('tw'), size: 8 })
    expect((await store.read('dag/run/7.1', 100, 2)).bytes.length).toBe(0)
  })

  it('replaces a log as a whole, or not at all', async () => {
    const root = tempDir('logs')
    const store = new FileLogStore(root)
    await store.write('7.1', 0, Buffer.from('grown'))
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('half')
      throw new Error('Docker went away')
    }
    await expect(store.replace('7.1', broken())).rejects.toThrow('Docker went away')
    expect((await store.read('7.1', 0, 100)).bytes.toString()).toBe('grown')
    await store.replace('7.1', (async function* () { yield Buffer.from('new') })())
    expect((await store.read('7.1', 0, 100)).bytes.toString()).toBe('new')
    expect(readdirSync(root)).toEqual(['7.1.log'])
  })

  it('says that there is no log, and removes what may not be there', async () => {
    const store = new FileLogStore(tempDir('logs'))
    await expect(store.read('7.1', 0, 1)).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
    expect(await store.size('7.1')).toBeNull()
    await store.remove('7.1')
  })

  it.each(['', '..', '../outside', 'a/../../outside', '/etc/passwd', 'a//b', './a', 'a\0b', 'a/..'])('refuses the name %j', async name => {
    const root = tempDir('logs')
    const store = new FileLogStore(join(root, 'inside'))
    await expect(store.write(name, 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
    await expect(store.read(name, 0, 1)).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
    expect(existsSync(join(root, 'outside.log'))).toBe(false)
  })
})

it('a line of a log is read as it was written', () => {
  const frames = fc.record({
    time: fc.integer({ min: 0, max: 4e12 }).map(logTime), stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    text: fc.string({ unit: 'binary' }).map(text => text.replaceAll('\n', '')), complete: fc.boolean(),
  })
  fc.assert(fc.property(frames, frame => {
    expect(parseLogLine(formatLogLine(frame).slice(0, -1))).toEqual(frame)
  }))
  expect(parseLogLine('no log')).toBeNull()
})
