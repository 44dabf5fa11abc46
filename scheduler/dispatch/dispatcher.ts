import { DISPATCH, type Advance } from '../advance.js'

const REPAIR_MS = 5_000

/**
 * Dispatch happens in the transaction that makes a task runnable. This loop does the rest: what a full batch left over, what
 * a DAG that was unpaused holds, and a repair pass.
 */
export class Dispatcher {
  constructor(private readonly advance: Advance) {}

  async runOnce(): Promise<number> {
    await this.advance.transact('dispatch', () => Promise.resolve(DISPATCH))
    return REPAIR_MS
  }
}
