import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import type { EvaluationReply, EvaluationRequest } from './messages.js'
import { residentBytes } from './resident-memory.js'

export type Ending =
  | { readonly kind: 'outcome'; readonly outcome: DagFileOutcome }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'exit'; readonly how: string; readonly lastWords: string }

export interface EvaluatorLimits {
  readonly timeoutMs: number
  readonly memoryBytes: number
}

const MEBIBYTE = 1024 * 1024
/** What a process holds besides its heap: code, stacks, the runtime itself. */
const BESIDES_HEAP = 192 * MEBIBYTE
const MEMORY_CHECK_MS = 100
const KEPT_STDERR = 4_096
/** How much later the evaluator's own backstop is than our SIGKILL. */
const BACKSTOP_MS = 2_000

/** Beside this file when it is compiled; in dist when the TypeScript sources run, as under vitest. */
export function evaluatorEntry(): string {
  const beside = fileURLToPath(new URL('./evaluator.js', import.meta.url))
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/scheduler/dag-processor/evaluator.js', import.meta.url))
}

/** One child process that evaluates one file at a time, with neither credentials nor a say over our output. */
export class EvaluatorProcess {
  readonly #child: ChildProcess
  #stderr = ''
  #served = 0
  #ended = false

  constructor(entry: string, private readonly limits: EvaluatorLimits) {
    this.#child = fork(entry, [], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'UTC', NODE_ENV: process.env.NODE_ENV ?? 'production' },
      execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(limits.memoryBytes / MEBIBYTE))}`],
      // What DAG files print belongs to nobody; of standard error the end is kept, for the reason of a crash.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR)
    })
    this.#child.once('close', () => { this.#ended = true })
    this.#child.on('error', () => { this.#ended = true })
  }

  /** Files evaluated so far: a crash of a process that served others says little about the file. */
  get served(): number {
    return this.#served
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Never rejects. After any ending but an outcome the process is gone. */
  evaluate(file: string): Promise<Ending> {
    return new Promise(resolve => {
      let killedFor: 'timeout' | 'memory' | undefined
      const kill = (reason: 'timeout' | 'memory'): void => {
        killedFor ??= reason
        this.kill()
      }
      const timeout = setTimeout(() => kill('timeout'), this.limits.timeoutMs)
      // The heap limit does not see buffers; the kernel's count does.
      const memory = setInterval(() => {
        if (residentBytes(this.#child.pid) > this.limits.memoryBytes + BESIDES_HEAP) kill('memory')
      }, MEMORY_CHECK_MS)
      const finish = (ending: Ending): void => {
        clearTimeout(timeout)
        clearInterval(memory)
        this.#child.off('message', onMessage).off('close', onClose).off('error', onError)
        this.#served += 1
        resolve(ending)
      }
      const onMessage = (message: unknown): void => finish({ kind: 'outcome', outcome: (message as EvaluationReply).outcome })
      const onClose = (code: number | null, signal: NodeJS.Signals | null): void => finish(this.#ending(killedFor, code, signal))
      const onError = (error: Error): void => finish({ kind: 'exit', how: 'could not be started', lastWords: error.message })
      this.#child.on('message', onMessage).on('close', onClose).on('error', onError)
      // A failure to send is followed by 'close', which tells more.
      this.#child.send({ file, timeoutMs: this.limits.timeoutMs + BACKSTOP_MS } satisfies EvaluationRequest, () => {})
    })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Resolves when nothing of the process is left. */
  async stop(): Promise<void> {
    if (this.#ended) return
    const closed = new Promise(resolve => this.#child.once('close', resolve))
    this.kill()
    await closed
  }

  #ending(killedFor: 'timeout' | 'memory' | undefined, code: number | null, signal: NodeJS.Signals | null): Ending {
    if (killedFor) return { kind: killedFor }
    if (this.#stderr.includes('heap out of memory')) return { kind: 'memory' }
    const lines = this.#stderr.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('at ') && !line.startsWith('Node.js v'))
    const telling = lines.find(line => /^(?:\[?\w*Error\b|Uncaught)/.test(line)) ?? lines.at(-1) ?? ''
    return { kind: 'exit', how: signal === null ? `exit code ${code}` : signal, lastWords: telling }
  }
}
