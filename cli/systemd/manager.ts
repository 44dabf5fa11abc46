import { execFile } from 'node:child_process'
import type { Log } from '../../shared/log.js'

/** Variables by which systemd speaks to this very process; a child that kept them could speak in its name, or take its sockets for its own. */
const OWN_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES'] as const

/** What sd_notify(3) knows of that is used here. */
export interface Word {
  readonly READY?: 1
  readonly RELOADING?: 1
  readonly STOPPING?: 1
  readonly WATCHDOG?: 1
  readonly STATUS?: string
  /** From now on, what is under way may take this much longer. Microseconds. */
  readonly EXTEND_TIMEOUT_USEC?: number
}

/**
 * systemd, when it has started this process and wants to hear of it.
 *
 * Words go through `systemd-notify`, a child of 5 ms, because Node.js has no datagram sockets of the Unix kind; a foreign function
 * interface would be one more native module in a process that runs for months. The unit needs NotifyAccess=all.
 */
export class Manager {
  /** Words arrive in the order in which they were said. */
  #said: Promise<void> = Promise.resolve()
  #isDeaf = false

  private constructor(private readonly socket: string, readonly watchdogMs: number | null, private readonly log: Log) {}

  /** Takes the variables out of the environment; null when there is no manager. */
  static take(environment: NodeJS.ProcessEnv, pid: number, log: Log): Manager | null {
    const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: microseconds, WATCHDOG_PID: watched } = environment
    for (const name of OWN_VARIABLES) delete environment[name]
    if (socket === '') return null
    const isWatched = Number(microseconds) > 0 && (watched === undefined || Number(watched) === pid)
    return new Manager(socket, isWatched ? Number(microseconds) / 1_000 : null, log)
  }

  /** Never rejects: a word that is not heard ends nothing here. */
  tell(word: Word): Promise<void> {
    const lines = Object.entries(word).map(([name, value]) => `${name}=${String(value).replaceAll('\n', ' ')}`)
    return (this.#said = this.#said.then(() => this.#send(lines)))
  }

  #send(lines: readonly string[]): Promise<void> {
    return new Promise(resolve => {
      execFile('systemd-notify', lines, { env: { PATH: process.env['PATH'] ?? '', NOTIFY_SOCKET: this.socket }, timeout: 5_000 }, error => {
        if (error !== null && !this.#isDeaf) this.log.warn({ err: error }, 'systemd cannot be told how this service is; it will take it for stuck')
        this.#isDeaf = error !== null
        resolve()
      })
    })
  }
}
