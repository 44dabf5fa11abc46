import { readNow, type Read } from './cgroup-usage.js'
import type { Usage } from './usage.js'

const PAGE_BYTES = 4096
const TICKS_PER_SECOND = 100
const MOST_PROCESSES = 1_000

/** A process and all that it started, as they are now: their memory, and their time with that of children that have ended. Null where there is no /proc. */
export function treeUsage(pid: number, read: Read = readNow): Usage | null {
  const seen = new Set([pid])
  let memory = 0
  let ticks = 0
  let found = 0
  for (const current of seen) {
    const stat = read(`/proc/${current}/stat`)
    if (stat === null) continue
    found += 1
    // The name before them may hold spaces. These are utime, stime, cutime, cstime and rss of proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number)
    ticks += sum(fields.slice(11, 15))
    memory += (fields[21] ?? 0) * PAGE_BYTES
    for (const child of (read(`/proc/${current}/task/${current}/children`) ?? '').split(' ')) {
      if (child !== '' && seen.size < MOST_PROCESSES) seen.add(Number(child))
    }
  }
  return found === 0 ? null : { cpuSeconds: ticks / TICKS_PER_SECOND, peakMemory: memory, ioRead: null, ioWrite: null, oomKills: null }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/**
 * What the shim noted after its command had ended: `times` of the shell, whose second line is the time of its children as
 * `0m1.25s 0m0.10s`, then /proc/<shim>/io, which counts children that have been waited for.
 */
export function notedUsage(note: string): Usage {
  const [, children = ''] = note.split('\n')
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
  const bytes = (name: string): number | null => {
    const value = new RegExp(`^${name}: (\\d+)$`, 'm').exec(note)?.[1]
    return value === undefined ? null : Number(value)
  }
  return { cpuSeconds: times.length === 0 ? null : sum(times), peakMemory: null, ioRead: bytes('read_bytes'), ioWrite: bytes('write_bytes'), oomKills: null }
}
