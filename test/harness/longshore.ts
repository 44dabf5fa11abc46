import { spawn, type ChildProcess } from 'node:child_process'
import { freeze, gone, signal } from '../../scripts/lib/processes.mjs'
import { atEnd } from './cleanup.js'
import { childEnvironment } from './environment.js'
import { askDepot } from './run-context.js'
import { until, type UntilOptions } from './wait.js'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One line of a log, as pino writes it. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string; readonly level?: number }

export interface LongshoreOptions {
  /** LONGSHORE_* variables and others; nothing else of the developer's environment is passed on but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Another script than dist/cli/main.js. */
  readonly entry?: string
  readonly nodeArgs?: readonly string[]
}

/** A real `longshore` process. */
export class LongshoreProcess {
  #stdout = ''
  #stderr = ''
  #exit: Exit | undefined
  /** Settles when the process has ended and all it printed has been read. */
  readonly exited: Promise<Exit>

  constructor(readonly args: readonly string[], private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.exited = new Promise(resolve => {
      const end = (exit: Exit): void => {
        this.#exit ??= exit
        resolve(this.#exit)
      }
      child.once('error', error => {
        this.#stderr += `${error.message}\n`
        end({ code: null, signal: null })
      })
      child.once('close', (code, name) => end({ code, signal: name }))
      // A grandchild that outlives it holds the pipes open; the exit counts all the same.
      child.once('exit', (code, name) => setTimeout(() => end({ code, signal: name }), 500).unref())
    })
  }

  get pid(): number {
    return this.child.pid ?? -1
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  get running(): boolean {
    return this.#exit === undefined
  }

  /** What it logged so far; lines that are not JSON are left out. */
  get log(): LogLine[] {
    return this.#stderr.split('\n').flatMap(line => {
      try {
        return line.startsWith('{') ? [JSON.parse(line) as LogLine] : []
      } catch {
        return []
      }
    })
  }

  /** Waits for a line of the log, by its message or by a condition. Fails at once when the process ends first. */
  async waitForLog(wanted: string | RegExp | ((line: LogLine) => boolean), options: UntilOptions = {}): Promise<LogLine> {
    const matches = typeof wanted === 'function' ? wanted
      : (line: LogLine): boolean => typeof line.msg === 'string' && (typeof wanted === 'string' ? line.msg.includes(wanted) : wanted.test(line.msg))
    const found = await this.#waitWhileRunning(() => this.log.find(matches), {
      describe: () => `a line of the log of ${this.#name}: ${String(wanted)}; the log ends with:\n${tail(this.#stderr)}`, ...options,
    })
    if (found === undefined) throw new Error(`${this.#name} ended (${describeExit(this.#exit)}) without logging ${String(wanted)}:\n${tail(this.#stderr)}`)
    return found
  }

  /** Waits until a URL answers 2xx, for instance `/readyz`. */
  async waitForHttp(url: string, options: UntilOptions = {}): Promise<void> {
    const ready = await this.#waitWhileRunning(async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok, {
      describe: () => `${url} of ${this.#name}; its log ends with:\n${tail(this.#stderr)}`, ...options,
    })
    if (ready !== true) throw new Error(`${this.#name} ended (${describeExit(this.#exit)}) before ${url} answered:\n${tail(this.#stderr)}`)
  }

  /** SIGKILL; its containers and other children live on. */
  async kill9(): Promise<void> {
    signal(this.pid, 'SIGKILL')
    await this.exited
  }

  /** SIGTERM, and what it exited with; SIGKILL and an error when it takes too long. */
  async terminate(timeout = 15_000): Promise<Exit> {
    if (this.running) signal(this.pid, 'SIGTERM')
    if (this.running && !(await gone([this.pid], timeout))) {
      await this.kill9()
      throw new Error(`${this.#name} did not end within ${timeout} ms of SIGTERM; its log ends with:\n${tail(this.#stderr)}`)
    }
    return this.exited
  }

  /** As a machine that is suspended. */
  freeze(): void {
    freeze(this.pid)
  }

  thaw(): void {
    signal(this.pid, 'SIGCONT')
  }

  get #name(): string {
    return `longshore ${this.args.join(' ')}`
  }

  async #waitWhileRunning<T>(condition: () => T | Promise<T>, options: UntilOptions): Promise<T | undefined> {
    let found: T | undefined
    await until(async () => {
      found = await condition()
      return Boolean(found) || !this.running
    }, options)
    return found || undefined
  }
}

const tail = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n')
const describeExit = (exit: Exit | undefined): string => exit?.signal ?? `exit ${exit?.code}`

/** Starts `longshore …`; it is killed when the test file ends, if it still runs. */
export async function startLongshore(args: readonly string[], { env = {}, cwd, entry, nodeArgs = [] }: LongshoreOptions = {}): Promise<LongshoreProcess> {
  const script = entry ?? (await askDepot('build')).entry
  const child = spawn(process.execPath, ['--enable-source-maps', ...nodeArgs, script, ...args], { cwd, env: childEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const longshore = new LongshoreProcess(args, child)
  atEnd(() => (longshore.running ? longshore.kill9() : undefined))
  return longshore
}

export interface Finished extends Exit {
  readonly stdout: string
  readonly stderr: string
  json<T = unknown>(): T
}

/** Runs `longshore …` to its end. */
export async function runLongshore(args: readonly string[], { timeout = 60_000, ...options }: LongshoreOptions & { readonly timeout?: number } = {}): Promise<Finished> {
  const longshore = await startLongshore(args, options)
  const timer = setTimeout(() => void longshore.kill9(), timeout)
  const exit = await longshore.exited
  clearTimeout(timer)
  const { stdout, stderr } = longshore
  return {
    ...exit, stdout, stderr,
    json: <T>() => {
      try {
        return JSON.parse(stdout) as T
      } catch (error) {
        throw new Error(`longshore ${args.join(' ')} (${describeExit(exit)}) printed no JSON:\n${stdout}\n${tail(stderr)}`, { cause: error })
      }
    },
  }
}
