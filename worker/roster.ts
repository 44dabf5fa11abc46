import type { RenewAnswer } from '../shared/broker/leases.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'

/** An attempt that this worker holds a lease on, from its claim until nothing of it is left here. */
export interface RosterEntry {
  readonly id: AttemptId
  readonly queue: string
  /** Whether its task may be running; if not, it waits for its finish to be durable. */
  readonly active: boolean
  /** Monotonic time at which the last successful renewal was sent. */
  renewedAt: number
  /** The scheduler's word, with each renewal. Must not throw. */
  hear(answer: RenewAnswer): void
  /** No renewal succeeded for too long: somebody else may run the task soon. */
  selfFence(): void
}

/** Everything this worker is responsible for. */
export class Roster {
  readonly #entries = new Map<AttemptId, RosterEntry>()

  /** Takes the place of an earlier entry for the same attempt. */
  put(entry: RosterEntry): void {
    this.#entries.set(entry.id, entry)
  }

  /** Removes this entry, but not one that has taken its place. */
  remove(entry: RosterEntry): void {
    if (this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id)
  }

  has(id: string): boolean {
    return this.#entries.has(id as AttemptId)
  }

  get entries(): RosterEntry[] {
    return [...this.#entries.values()]
  }

  get active(): number {
    return this.entries.filter(entry => entry.active).length
  }

  byQueue(): Map<string, RosterEntry[]> {
    const groups = new Map<string, RosterEntry[]>()
    for (const entry of this.#entries.values()) {
      const group = groups.get(entry.queue)
      if (group === undefined) groups.set(entry.queue, [entry])
      else group.push(entry)
    }
    return groups
  }
}
