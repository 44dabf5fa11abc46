import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import { Loop } from '../../shared/loop.js'
import type { Gate } from '../gate.js'
import type { StateDirectory } from './state-directory.js'

const CHECK_EVERY_MS = 10_000

/** Takes no new work while the state directory cannot keep it: a claim without an intent could not be recovered. */
export class DiskWatch implements Service {
  readonly name = 'disk-watch'
  readonly #loop: Loop

  constructor(private readonly state: StateDirectory, private readonly gate: Gate, private readonly log: Log) {
    this.#loop = new Loop({ name: this.name, log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async runOnce(): Promise<number> {
    const problem = await this.state.problem()
    if (problem === null) {
      if (this.gate.open('disk')) this.log.info({ loop: this.name }, 'the state directory can be written again')
    } else if (this.gate.close('disk', problem)) {
      this.log.error({ loop: this.name, file: this.state.path }, `${problem}; no new work is taken`)
    }
    return CHECK_EVERY_MS
  }
}
