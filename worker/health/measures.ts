import { readFile, statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import type { Room } from './threshold.js'

/** What is free to this user where a path lies; null when that cannot be told, as for a path of another machine. */
export async function diskRoom(path: string): Promise<Room | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(path)
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return null
  }
}

/** What programs could still take, which is more than what is unused: the kernel gives up caches for them. */
export async function memoryRoom(): Promise<Room> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const kibibytes = (name: string): number | undefined => {
    const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
    return value === undefined ? undefined : Number(value) * 1024
  }
  return { free: kibibytes('MemAvailable') ?? freemem(), total: kibibytes('MemTotal') ?? totalmem() }
}
