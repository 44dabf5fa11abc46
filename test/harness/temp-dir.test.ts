import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { atEnd, cleanUp } from './cleanup.js'
import { runContext } from './run-context.js'
import { tempDir } from './temp-dir.js'

it('makes a new folder within the folder of the run, and removes it at the end with what is in it', async () => {
  const folder = tempDir('x')
  expect(folder.startsWith(runContext().folder)).toBe(true)
  expect(tempDir('x')).not.toBe(folder)
  writeFileSync(join(folder, 'file'), 'full')
  await cleanUp()
  expect(existsSync(folder)).toBe(false)
})

it('cleans up last first, all of it, even when a step fails', async () => {
  const done: number[] = []
  atEnd(() => { done.push(1) })
  atEnd(() => { throw new Error('stuck') })
  atEnd(() => { done.push(3) })
  await expect(cleanUp()).rejects.toThrow('stuck')
  expect(done).toEqual([3, 1])
})
