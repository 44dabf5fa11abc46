import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface NotedProcess {
  readonly pid: number
  readonly identity: string
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/** What the shim noted of itself: its pid, then the boot's id and /proc/<pid>/stat, or what `ps` says where there is no /proc. */
export function notedProcess(note: string): NotedProcess | null {
  const [first = '', second = '', third] = note.split('\n')
  const pid = Number(first)
  const identity = third === undefined ? psIdentity(second) : linuxIdentity(second, third)
  return Number.isInteger(pid) && pid > 1 && identity !== null ? { pid, identity } : null
}

/**
 * When a process began, as text that no later process with the same pid can have; null when there is no such process, or
 * when it has ended and only its parent has not noticed.
 */
export function processIdentity(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat !== null) return linuxIdentity(readText(BOOT_ID) ?? '', stat)
  if (process.platform === 'linux') return null
  try {
    return psIdentity(execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return null
  }
}

function linuxIdentity(bootId: string, stat: string): string | null {
  // The name may hold spaces and parentheses; the fields after it do not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const start = fields[19]
  return start === undefined || isDead(fields[0]) ? null : `${bootId.trim()}/${start}`
}

function psIdentity(line: string): string | null {
  const [state, ...start] = line.trim().split(/\s+/)
  return start.length === 0 || isDead(state) ? null : start.join(' ')
}

const isDead = (state: string | undefined): boolean => state === undefined || state.startsWith('Z') || state.startsWith('X')

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
