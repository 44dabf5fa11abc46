import type { Session } from '../database/database.js'
import { readByName, taskInstancesOfRun, type TaskInstanceRow } from '../database/tables/task-instances.js'

/** A task of a run; a mapped one has many instances. */
export interface Named {
  readonly runKey: number
  readonly taskId: string
}

export const nameOf = ({ runKey, taskId }: Named): string => `${runKey}/${taskId}`

/** The task instances met so far in a transaction, by the task that they belong to. */
export class Rows {
  readonly #byName = new Map<string, readonly TaskInstanceRow[]>()
  readonly #wholeRuns = new Set<number>()

  constructor(private readonly tx: Session) {}

  get(name: Named): readonly TaskInstanceRow[] {
    return this.#byName.get(nameOf(name)) ?? []
  }

  /** Reads what is not known yet; whole runs when that is cheaper than one query for each level. */
  async load(names: readonly Named[], wholeRuns: boolean): Promise<void> {
    const missing = names.filter(name => !this.#wholeRuns.has(name.runKey) && !this.#byName.has(nameOf(name)))
    if (missing.length === 0) return
    if (!wholeRuns) {
      this.#keep(await readByName(this.tx, missing.map(({ runKey, taskId }) => [runKey, taskId] as const)))
      return
    }
    for (const runKey of new Set(missing.map(name => name.runKey))) {
      this.#keep(await taskInstancesOfRun(this.tx, runKey))
      this.#wholeRuns.add(runKey)
    }
  }

  #keep(rows: readonly TaskInstanceRow[]): void {
    const groups = new Map<string, TaskInstanceRow[]>()
    for (const row of rows) {
      const name = nameOf({ runKey: row.run_key, taskId: row.task_id })
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [row])
      else group.push(row)
    }
    for (const [name, group] of groups) if (!this.#byName.has(name)) this.#byName.set(name, group)
  }
}
