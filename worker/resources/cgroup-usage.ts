import { readFileSync } from 'node:fs'
import type { CgroupPlace } from './cgroup-place.js'
import type { Usage } from './usage.js'

/** The text of a file of the kernel's, or null when it is not there. */
export type Read = (path: string) => string | null

/** Synchronous: these files are answered from memory in some 20 µs, and a thread for each of them costs ten times that. */
export const readNow: Read = path => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** What a cgroup counts at this moment; null when it is gone, as it is some 20 ms after its last process. */
export function cgroupUsage(place: CgroupPlace, read: Read = readNow): Usage | null {
  const usage = place.version === 1 ? version1(place, read) : version2(place.path, read)
  return Object.values(usage).every(value => value === null) ? null : usage
}

function version1({ cpuacct, memory, blkio }: Extract<CgroupPlace, { version: 1 }>, read: Read): Usage {
  const within = (folder: string | null, file: string): string | null => (folder === null ? null : read(`${folder}/${file}`))
  const io = within(blkio, 'blkio.throttle.io_service_bytes_recursive')
  const nanoseconds = number(within(cpuacct, 'cpuacct.usage'))
  return {
    cpuSeconds: nanoseconds === null ? null : nanoseconds / 1e9,
    peakMemory: number(within(memory, 'memory.max_usage_in_bytes')),
    // `8:0 Read 4096`, for each device.
    ioRead: sum(io, /^\S+ Read (\d+)$/gm),
    ioWrite: sum(io, /^\S+ Write (\d+)$/gm),
    oomKills: field(within(memory, 'memory.oom_control'), 'oom_kill'),
  }
}

function version2(path: string, read: Read): Usage {
  const io = read(`${path}/io.stat`)
  const microseconds = field(read(`${path}/cpu.stat`), 'usage_usec')
  return {
    cpuSeconds: microseconds === null ? null : microseconds / 1e6,
    // Linux 5.19 and later; before that, what it has now is all that can be known.
    peakMemory: number(read(`${path}/memory.peak`) ?? read(`${path}/memory.current`)),
    // `8:0 rbytes=4096 wbytes=0 …`, for each device.
    ioRead: sum(io, / rbytes=(\d+)/g),
    ioWrite: sum(io, / wbytes=(\d+)/g),
    oomKills: field(read(`${path}/memory.events`), 'oom_kill'),
  }
}

function number(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** A line `name value`. */
const field = (text: string | null, name: string): number | null => (text === null ? null : number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? null))

const sum = (text: string | null, pattern: RegExp): number | null =>
  (text === null ? null : [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0))
