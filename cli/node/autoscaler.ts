import { spawn } from 'node:child_process'
import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import { FRESH, nodesFor, type PoolLook, type ScaleState, type ScaleTimes } from './autoscale.js'

export interface AutoscalerOptions {
  /** The backlog of the pool for each slot, and how many nodes are in service. */
  readonly read: () => Promise<Pick<PoolLook, 'perSlot' | 'nodes'>>
  /** Brings the pool to a number of nodes; settles when it has. */
  readonly apply: (nodes: number) => Promise<void>
  readonly bounds: Pick<PoolLook, 'min' | 'max' | 'aim'>
  readonly times: ScaleTimes & { readonly every: number }
  readonly log: Log
  readonly now?: () => number
}

/** What an autoscaling group does, for machines that something else makes and takes away. */
export class Autoscaler implements Service {
  readonly name = 'autoscale'
  readonly #loop: Loop
  #state: ScaleState = FRESH
  /** What was asked for; null: what is there. */
  #wanted: number | null = null

  constructor(private readonly options: AutoscalerOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async runOnce(): Promise<number> {
    const { read, apply, bounds, times, log, now = Date.now } = this.options
    const { perSlot, nodes: inService } = await read()
    const nodes = this.#wanted ?? inService
    const decision = nodesFor({ perSlot, nodes, ...bounds, now: now() }, this.#state, times)
    if (decision.nodes !== nodes) {
      log.info({ nodes, wanted: decision.nodes, perSlot }, decision.nodes > nodes ? 'growing' : 'shrinking')
      await apply(decision.nodes)
    }
    // What could not be applied was not decided.
    this.#wanted = decision.nodes
    this.#state = decision.state
    return times.every
  }
}

/** Runs a command of the shell with `{nodes}` in it replaced; its output is ours. */
export function runCommand(command: string, nodes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command.replaceAll('{nodes}', String(nodes))], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODES: String(nodes) } })
    child.on('error', reject)
    child.on('close', (code, signal) => { if (code === 0) resolve(); else reject(new Error(`the command ended with ${code === null ? signal : `exit code ${code}`}`)) })
  })
}
