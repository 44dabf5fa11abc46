import type { AttemptId } from '../../../shared/protocol/attempt-id.js'
import type { Run } from '../executor.js'

/** What this process remembers of an attempt's container, from the attempt's preparation until the container is removed. */
export interface ContainerMemory {
  /** What to make it of. */
  image?: string
  /** It is known to be this worker's. An id, unlike a name, never stands for another container. */
  id?: string
  /** Made by this process and not asked to start yet: nobody else can have started it. */
  unstarted?: boolean
  /** Started by this process, which has the daemon's word for it and has listened since before. */
  started?: Run
  /** Looks at what it uses, while nobody knows where that is measured. */
  looks?: number
}

/** The containers that this process remembers. What it does not, it asks Docker for. */
export class ContainerMemories {
  readonly #memories = new Map<AttemptId, ContainerMemory>()

  of(attempt: AttemptId): Readonly<ContainerMemory> | undefined {
    return this.#memories.get(attempt)
  }

  note(attempt: AttemptId, news: ContainerMemory): void {
    this.#memories.set(attempt, { ...this.#memories.get(attempt), ...news })
  }

  forget(attempt: AttemptId): void {
    this.#memories.delete(attempt)
  }
}
