import type { WorkerEvents } from '../worker-events.js'

/** How many attempts this process has seen end. */
export class Tally {
  #processed = 0
  #failed = 0

  constructor(events: WorkerEvents) {
    events.on('finished', ({ reason, exitCode }) => {
      this.#processed += 1
      if (reason !== 'exited' || exitCode !== 0) this.#failed += 1
    })
  }

  get facts(): { readonly processed: number; readonly failed: number } {
    return { processed: this.#processed, failed: this.#failed }
  }
}
