import { setTimeout as delay } from 'node:timers/promises'
import { ERRORS } from '../../shared/errors.js'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { formatDuration } from '../../shared/time/duration.js'
import type { Service } from '../../shared/lifecycle.js'
import { EvaluatorProcess, evaluatorEntry, type Ending, type EvaluatorLimits } from './evaluator-process.js'

export interface EvaluatorPoolOptions extends EvaluatorLimits {
  /** Processes at most, each with a file of its own. */
  readonly size: number
  /** How long a process waits for another file before it ends. Default: 30 s. */
  readonly idleMs?: number
  /** Compiled entry of the evaluator. Default: that of this installation. */
  readonly entry?: string
}

/** Turns DAG files into DAGs. */
export interface Evaluators extends Service {
  /** Never rejects: whatever happens is an outcome. */
  evaluate(file: string): Promise<DagFileOutcome>
}

interface Waiting {
  readonly file: string
  readonly resolve: (outcome: DagFileOutcome) => void
}

const IDLE_MS = 30_000

/** Evaluates DAG files in child processes, each file within a time and a memory limit. */
export class EvaluatorPool implements Evaluators {
  readonly name = 'evaluator-pool'
  readonly #queue: Waiting[] = []
  readonly #idle = new Map<EvaluatorProcess, AbortController>()
  readonly #busy = new Set<EvaluatorProcess>()
  #stopped = false

  constructor(private readonly options: EvaluatorPoolOptions) {}

  /** Processes are started when there are files for them. */
  start(): Promise<void> {
    this.#stopped = false
    return Promise.resolve()
  }

  /** Kills every process; files that were waiting or being evaluated get a problem that says so. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const { file, resolve } of this.#queue.splice(0)) resolve(failed(file, STOPPED))
    for (const timer of this.#idle.values()) timer.abort()
    await Promise.all([...this.#idle.keys(), ...this.#busy].map(process => process.stop()))
    this.#idle.clear()
  }

  evaluate(file: string): Promise<DagFileOutcome> {
    if (this.#stopped) return Promise.resolve(failed(file, STOPPED))
    return new Promise(resolve => {
      this.#queue.push({ file, resolve })
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#busy.size < this.options.size) {
      const { file, resolve } = this.#queue.shift() as Waiting
      const process = this.#takeIdle() ?? this.#spawn()
      this.#busy.add(process)
      void this.#evaluateIn(process, file).then(outcome => {
        resolve(outcome)
        this.#pump()
      })
    }
  }

  async #evaluateIn(process: EvaluatorProcess, file: string): Promise<DagFileOutcome> {
    const fresh = process.served === 0
    const ending = await process.evaluate(file)
    this.#busy.delete(process)
    if (ending.kind === 'outcome') {
      this.#park(process)
      return ending.outcome
    }
    if (this.#stopped) return failed(file, STOPPED)
    // What earlier files left behind (memory, a rejected promise) must not be charged to this one.
    if (!fresh && ending.kind !== 'timeout') return this.#retry(file)
    return failed(file, this.#describe(ending))
  }

  #retry(file: string): Promise<DagFileOutcome> {
    const process = this.#spawn()
    this.#busy.add(process)
    return this.#evaluateIn(process, file)
  }

  #spawn(): EvaluatorProcess {
    return new EvaluatorProcess(this.options.entry ?? evaluatorEntry(), this.options)
  }

  #takeIdle(): EvaluatorProcess | undefined {
    for (const [process, timer] of this.#idle) {
      timer.abort()
      this.#idle.delete(process)
      if (!process.ended) return process
    }
    return undefined
  }

  #park(process: EvaluatorProcess): void {
    if (this.#stopped) {
      process.kill()
      return
    }
    const timer = new AbortController()
    this.#idle.set(process, timer)
    delay(this.options.idleMs ?? IDLE_MS, undefined, { signal: timer.signal, ref: false }).then(() => {
      this.#idle.delete(process)
      process.kill()
    }, () => {})
  }

  #describe(ending: Exclude<Ending, { kind: 'outcome' }>): string {
    switch (ending.kind) {
      case 'timeout': return `evaluating the file took longer than ${formatDuration(this.options.timeoutMs)} (LS_DAG_TIMEOUT). ${ERRORS.LS_DAG_TIMEOUT}`
      case 'memory': return `evaluating the file took more than ${Math.round(this.options.memoryBytes / 1024 / 1024)} MiB of memory (LS_DAG_MEMORY). ${ERRORS.LS_DAG_MEMORY}`
      case 'exit': return `evaluating the file ended its process (${ending.how})${ending.lastWords === '' ? '' : `: ${ending.lastWords}`}`
    }
  }
}

const STOPPED = 'the DAG processor was stopped before the file was evaluated'

const failed = (file: string, message: string): DagFileOutcome => ({
  ok: false, inputs: [file], problems: [{ file, line: null, column: null, dag: null, task: null, message }],
})
