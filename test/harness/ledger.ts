import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from './temp-dir.js'

/** Where a ledger's folder is mounted in a container. */
export const LEDGER_MOUNT = '/ledger'

export interface LedgerEntry {
  readonly type: 'start' | 'end' | 'overlap'
  /** `<task instance>.<fence>` */
  readonly attempt: string
  readonly taskInstance: number
  readonly fence: number
  /** Seconds since the machine was started, by the one clock that all its containers share. */
  readonly at: number
}

/**
 * What tasks wrote down themselves, independent of what Longshore believes: a line when an attempt starts, a line when it
 * ends, fsynced, in one file on a bind mount; their order in the file is the order in which they happened.
 *
 * Each attempt also holds a lock on a file of its task instance. The kernel lets go of it when the attempt's last process
 * is dead, and not before: so an attempt that starts while another one still lives says `overlap` even when that one is
 * later killed and never writes its end.
 */
export class Ledger {
  readonly folder: string

  constructor(folder = tempDir('ledger')) {
    this.folder = folder
  }

  /** For a task's `mounts`. */
  get mount(): { readonly source: string; readonly target: string; readonly readOnly: false } {
    return { source: this.folder, target: LEDGER_MOUNT, readOnly: false }
  }

  /** For Docker's HostConfig.Binds. */
  get bind(): string {
    return `${this.folder}:${LEDGER_MOUNT}`
  }

  /**
   * A task's script for `sh -c` in a container (or, with `folder` the ledger's own, in a process) that keeps the ledger around `work`. It
   * exits as `work` does.
   */
  script(work: string, folder: string = LEDGER_MOUNT): string {
    const line = (type: string): string => `read up rest < /proc/uptime; echo "${type} $LONGSHORE_ATTEMPT $up" >> ${folder}/ledger; sync ${folder}/ledger`
    return [
      `exec 9>> ${folder}/$\{LONGSHORE_ATTEMPT%.*}.lock`,
      `if ! flock -n 9; then ${line('overlap')}; fi`,
      line('start'),
      `( ${work} )`,
      'code=$?',
      line('end'),
      'exit $code',
    ].join('\n')
  }

  entries(): LedgerEntry[] {
    const file = join(this.folder, 'ledger')
    return existsSync(file) ? parseLedger(readFileSync(file, 'utf8')) : []
  }

  /** Attempts in the order in which they started. */
  started(): string[] {
    return this.entries().filter(entry => entry.type === 'start').map(entry => entry.attempt)
  }

  check(): LedgerReport {
    return checkLedger(this.entries())
  }
}

export function parseLedger(text: string): LedgerEntry[] {
  const lines = text.split('\n')
  // The last line ends with a line feed, unless its writer was killed in the middle of it.
  lines.pop()
  return lines.map(line => {
    const [, type, taskInstance, fence, at] = /^(start|end|overlap) (\d+)\.(\d+) ([\d.]+)$/.exec(line) ?? []
    if (type === undefined) throw new Error(`not a line of a ledger: ${JSON.stringify(line)}`)
    return { type: type as LedgerEntry['type'], attempt: `${taskInstance}.${fence}`, taskInstance: Number(taskInstance), fence: Number(fence), at: Number(at) }
  })
}

export interface LedgerReport {
  /** I2: an attempt that ran more than once. */
  readonly startedTwice: readonly string[]
  /** I3: attempts of one task instance that lived at the same time, later one last. */
  readonly overlaps: readonly (readonly [string, string])[]
  /** An older attempt that started after a newer one: a stale message was obeyed. */
  readonly outOfOrder: readonly string[]
  /** Started and never ended: killed, or still running. Whether that was meant is for the test to say. */
  readonly unended: readonly string[]
}

export function checkLedger(entries: readonly LedgerEntry[]): LedgerReport {
  const startedTwice: string[] = []
  const overlaps: [string, string][] = []
  const outOfOrder: string[] = []
  const open = new Map<number, Set<string>>()
  const seen = new Set<string>()
  const newest = new Map<number, LedgerEntry>()
  const lastStarted = new Map<number, string>()
  for (const entry of entries) {
    const { type, attempt, taskInstance, fence } = entry
    const running = open.get(taskInstance) ?? new Set<string>()
    open.set(taskInstance, running)
    if (type === 'overlap') {
      overlaps.push([lastStarted.get(taskInstance) ?? '?', attempt])
      continue
    }
    if (type === 'end') {
      // An end after the start of another attempt proves that both lived.
      const after = [...running].filter(other => other !== attempt && isAfter(entries, other, attempt))
      for (const other of after) if (!overlaps.some(([one, two]) => one === attempt && two === other)) overlaps.push([attempt, other])
      running.delete(attempt)
      continue
    }
    if (seen.has(attempt)) startedTwice.push(attempt)
    seen.add(attempt)
    if ((newest.get(taskInstance)?.fence ?? 0) > fence) outOfOrder.push(attempt)
    else newest.set(taskInstance, entry)
    running.add(attempt)
    lastStarted.set(taskInstance, attempt)
  }
  return { startedTwice, overlaps, outOfOrder, unended: [...open.values()].flatMap(running => [...running]) }
}

function isAfter(entries: readonly LedgerEntry[], one: string, other: string): boolean {
  const start = (attempt: string): number => entries.findIndex(entry => entry.type === 'start' && entry.attempt === attempt)
  return start(one) > start(other)
}
