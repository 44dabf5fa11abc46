import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { freeze, gone, signal } from '../../scripts/lib/processes.mjs'
import { until } from './wait.js'

export interface ServerProcessOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly logFile: string
  readonly isReady: () => Promise<boolean>
  /** How the server is asked to end. */
  readonly stopSignal?: NodeJS.Signals
}

/** A server in a process of its own, which can be killed, frozen and launched again on the same port and data. */
export class ServerProcess {
  #child: ChildProcess | undefined
  #ended: string | undefined

  constructor(private readonly options: ServerProcessOptions) {}

  /** The process id, or null when the server does not run. */
  get pid(): number | null {
    return this.#ended === undefined ? (this.#child?.pid ?? null) : null
  }

  get log(): string {
    return readFileSync(this.options.logFile, 'utf8')
  }

  async launch(): Promise<void> {
    const { name, command, args, environment, logFile, isReady } = this.options
    if (this.pid !== null) throw new Error(`${name} is running already`)
    const log = openSync(logFile, 'a')
    this.#ended = undefined
    const child = spawn(command, args, { stdio: ['ignore', log, log], env: environment })
    closeSync(log)
    this.#child = child
    // A process that was killed tells its end only after the next one has been launched.
    const ended = (how: string): void => {
      if (this.#child === child) this.#ended = how
    }
    child.once('error', error => ended(error.message))
    child.once('exit', (code, name) => ended(name ?? `exit ${code}`))
    await until(async () => {
      if (this.#ended !== undefined) return true
      return isReady().catch(() => false)
    }, { timeout: 60_000, interval: 10, describe: () => `${name} to answer; its log ends with:\n${this.#tail()}` })
    if (this.#ended !== undefined) throw new Error(`${name} ended while it was starting (${String(this.#ended)}):\n${this.#tail()}`)
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end(this.options.stopSignal ?? 'SIGTERM')
  }

  freeze(): void {
    if (this.pid !== null) freeze(this.pid)
  }

  thaw(): void {
    if (this.pid !== null) signal(this.pid, 'SIGCONT')
  }

  async #end(name: NodeJS.Signals): Promise<void> {
    const { pid } = this
    if (pid === null) return
    signal(pid, name)
    signal(pid, 'SIGCONT')
    if (!(await gone([pid], 20_000))) {
      signal(pid, 'SIGKILL')
      await gone([pid], 5_000)
    }
    this.#ended ??= name
  }

  #tail(): string {
    return this.log.trim().split('\n').slice(-10).join('\n')
  }
}

/** Sends a line to a port and says whether the answer begins as expected. */
export function answers(port: number, line: string, expected: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const finish = (result: boolean): void => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(1_000, () => finish(false))
    socket.on('error', () => finish(false))
    socket.on('end', () => finish(false))
    socket.on('connect', () => socket.write(line))
    socket.on('data', data => finish(data.toString('latin1').includes(expected)))
  })
}
