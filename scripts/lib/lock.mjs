import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isAlive } from './processes.mjs'
import { Refusal } from './say.mjs'

const PATIENCE_MS = 300_000

/** Runs `body` while no other process of this checkout does; a lock whose holder is gone is taken over. */
export async function withLock(path, body) {
  mkdirSync(dirname(path), { recursive: true })
  const end = Date.now() + PATIENCE_MS
  while (!tryLock(path)) {
    if (Date.now() > end) throw new Refusal(`${path} has been held for ${PATIENCE_MS / 1000} s by process ${holderOf(path)}.`, 1)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  try {
    return await body()
  } finally {
    rmSync(path, { force: true })
  }
}

/** Takes the lock or says no. A link is made of a whole file, so that nobody ever reads half a process id. */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true })
  const own = `${path}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const holder = holderOf(path)
    if (holder !== null && !isAlive(holder)) rmSync(path, { force: true })
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

/** The process that holds a lock, or null. */
export function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || null
  } catch {
    return null
  }
}
