import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../test/harness/temp-dir.js'
import { FileLock } from './file-lock.js'

it('has one holder, whose pid is known, until it is released', () => {
  const path = join(tempDir('lock'), 'lock')
  const first = FileLock.acquire(path)
  if (!(first instanceof FileLock)) throw new Error('the lock was not free')
  expect(FileLock.acquire(path)).toMatchObject({ holder: { pid: process.pid } })
  first.release()
  first.release()
  const again = FileLock.acquire(path)
  expect(again).toBeInstanceOf(FileLock)
  if (again instanceof FileLock) again.release()
})

it('is free again when its holder is killed with SIGKILL', async () => {
  const path = join(tempDir('lock'), 'lock')
  const script = `import Database from 'libsql'; const db = new Database(process.argv[1]); db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => db, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(FileLock.acquire(path)).toMatchObject({ holder: null })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = FileLock.acquire(path)
  expect(lock).toBeInstanceOf(FileLock)
  if (lock instanceof FileLock) lock.release()
})
