import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4_096

/** Bytes of memory that a process holds, or 0 where the kernel does not tell (not Linux, or the process is gone). */
export function residentBytes(pid: number | undefined): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]
    return Number(pages) * PAGE_BYTES
  } catch {
    return 0
  }
}
