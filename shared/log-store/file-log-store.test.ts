import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../../test/harness/temp-dir.js'
import { FileLogStore } from './file-log-store.js'

it('leaves no draft behind, whether a replacement succeeds or fails', async () => {
  const root = tempDir('logs')
  const store = new FileLogStore(root)
  await store.replace('7.1', (async function* () { yield Buffer.from('new') })())
  await expect(store.replace('7.1', (async function* () {
    yield Buffer.from('half')
    throw new Error('Docker went away')
  })())).rejects.toThrow('Docker went away')
  expect(readdirSync(root)).toEqual(['7.1.log'])
})

it.each(['../outside', 'a/../../outside'])('writes nothing outside its directory for the name %j', async name => {
  const root = tempDir('logs')
  await expect(new FileLogStore(join(root, 'inside')).write(name, 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'LS_LOG_NOT_FOUND' })
  expect(existsSync(join(root, 'outside.log'))).toBe(false)
})
