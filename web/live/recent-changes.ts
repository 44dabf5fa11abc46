import { randomBytes } from 'node:crypto'
import type { Changes } from '../../shared/live/changes.js'

export interface NumberedChanges {
  readonly id: string
  readonly changes: Changes
}

const MOST = 1_000
/** Instances and runs over all that is kept. */
const MOST_ENTRIES = 50_000

const sizeOf = ({ runs, topics }: Changes): number => topics.length + runs.reduce((sum, { tasks }) => sum + 1 + tasks.length, 0)

/** What was told lately, for readers that were cut off for a moment. Ids are of this process: another one tells them to begin anew. */
export class RecentChanges {
  readonly #process = randomBytes(6).toString('hex')
  #kept: NumberedChanges[] = []
  #entries = 0
  #number = 0
  /** Ids before this one are forgotten. */
  #first = 0

  get last(): string {
    return `${this.#process}-${this.#number}`
  }

  add(changes: Changes): NumberedChanges {
    this.#number += 1
    const numbered = { id: this.last, changes }
    this.#kept.push(numbered)
    this.#entries += sizeOf(changes)
    while (this.#kept.length > MOST || (this.#entries > MOST_ENTRIES && this.#kept.length > 1)) {
      this.#entries -= sizeOf((this.#kept.shift() as NumberedChanges).changes)
      this.#first += 1
    }
    return numbered
  }

  /** Something may have been missed: nobody goes on from before. */
  forget(): void {
    this.#number += 1
    this.#first = this.#number
    this.#kept = []
    this.#entries = 0
  }

  /** Everything after an id; null when that is not known any more. */
  after(id: string): readonly NumberedChanges[] | null {
    const [process, text = ''] = id.split('-', 2)
    const number = Number(text)
    if (process !== this.#process || !Number.isInteger(number) || number < this.#first || number > this.#number) return null
    return this.#kept.slice(number - this.#first)
  }
}
