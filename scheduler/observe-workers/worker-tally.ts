import type { Database } from '../../shared/database/database.js'
import { countEnded, type WorkerCount } from '../../shared/database/tables/workers.js'

/** Counts what ends on workers. Written every few seconds: a statement for each batch of events would cost what it tells, and a killed scheduler loses little. */
export class WorkerTally {
  #counts = new Map<string, { processed: number; failed: number }>()

  add(worker: string, isFailure: boolean): void {
    const count = this.#counts.get(worker) ?? { processed: 0, failed: 0 }
    count.processed += 1
    if (isFailure) count.failed += 1
    this.#counts.set(worker, count)
  }

  /** What cannot be written now is written later. */
  async write(database: Database): Promise<void> {
    const counts = this.#counts
    if (counts.size === 0) return
    this.#counts = new Map()
    const list: WorkerCount[] = [...counts].map(([id, count]) => ({ id, ...count }))
    try {
      await database.transact('count-ended', tx => countEnded(tx, list))
    } catch (error) {
      for (const { id, processed, failed } of list) {
        const count = this.#counts.get(id) ?? { processed: 0, failed: 0 }
        this.#counts.set(id, { processed: count.processed + processed, failed: count.failed + failed })
      }
      throw error
    }
  }
}
