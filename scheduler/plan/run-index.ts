import type { Session } from '../../shared/database/database.js'
import { runsOfTaskInstances } from '../../shared/database/tables/task-instances.js'

/** Which run a task instance belongs to. That never changes, so what this process dispatched needs no query when its events come. */
export class RunIndex {
  readonly #runOf = new Map<number, number>()

  constructor(private readonly capacity = 200_000) {}

  remember(tiId: number, runKey: number): void {
    this.#runOf.set(tiId, runKey)
    if (this.#runOf.size <= this.capacity) return
    const oldest = this.#runOf.keys().next().value
    if (oldest !== undefined) this.#runOf.delete(oldest)
  }

  /** Task instances that do not exist are left out. */
  async find(session: Session, tiIds: readonly number[]): Promise<Map<number, number>> {
    const missing = tiIds.filter(id => !this.#runOf.has(id))
    for (const [tiId, runKey] of await runsOfTaskInstances(session, missing)) this.remember(tiId, runKey)
    return new Map(tiIds.flatMap(id => {
      const runKey = this.#runOf.get(id)
      return runKey === undefined ? [] : [[id, runKey]]
    }))
  }
}
