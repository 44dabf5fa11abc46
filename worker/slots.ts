/** The right to run one attempt. Giving it back twice is harmless. */
export interface Slot {
  release(): void
}

/** Two rights that go together; the first is given back first. */
export const both = (one: Slot, other: Slot): Slot => ({ release: () => { one.release(); other.release() } })

interface Waiter {
  readonly queue: string
  readonly give: (slot: Slot | null) => void
}

export interface SlotsOptions {
  /** How many turns a queue gets for each of one with 1. */
  readonly weights?: ReadonlyMap<string, number>
}

/**
 * One pool of slots over all queues of a worker. Fetchers wait in line and get one slot at a time, so that a busy queue
 * does not starve the others: with every slot taken, queues take turns, by their weights (stride scheduling: each turn moves a
 * queue on by 1 / weight, and the one that is furthest behind is next).
 */
export class Slots {
  readonly #taken = new Set<Slot>()
  readonly #line: Waiter[] = []
  readonly #strides = new Map<string, number>()
  /** Where the last turn was: a queue that comes back after a rest has saved up nothing. */
  #stride = 0
  #mayGive: () => boolean = () => true

  constructor(private limit: number, private readonly options: SlotsOptions = {}) {}

  /** Nobody is given a slot while this says no; {@link serve} looks again. */
  giveWhile(mayGive: () => boolean): void {
    this.#mayGive = mayGive
  }

  get total(): number {
    return this.limit
  }

  /** Another number from now on. Who holds a slot keeps it: with fewer slots, fewer are given out until it fits. */
  resize(total: number): void {
    this.limit = total
    this.serve()
  }

  /** Derived from who holds a slot, so that it cannot drift. */
  get used(): number {
    return this.#taken.size
  }

  /** Waits for a slot; null when the signal is aborted. */
  acquire(signal: AbortSignal, queue = ''): Promise<Slot | null> {
    if (signal.aborted) return Promise.resolve(null)
    const slot = this.tryAcquire(queue)
    if (slot !== null) return Promise.resolve(slot)
    return new Promise(resolve => {
      const leave = (): void => {
        const place = this.#line.indexOf(waiter)
        if (place >= 0) this.#line.splice(place, 1)
        resolve(null)
      }
      const waiter: Waiter = {
        queue,
        give: (given: Slot | null): void => {
          signal.removeEventListener('abort', leave)
          resolve(given)
        },
      }
      this.#line.push(waiter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  /** A slot if one is free and nobody waits in line for it. */
  tryAcquire(queue = ''): Slot | null {
    if (!this.#isFree || this.#line.length > 0) return null
    this.#move(queue)
    return this.force()
  }

  /** A slot whatever the limit: adopted attempts run already, also when concurrency has been lowered since. */
  force(): Slot {
    const slot: Slot = {
      release: () => {
        if (this.#taken.delete(slot)) this.serve()
      },
    }
    this.#taken.add(slot)
    return slot
  }

  /** Gives free slots to those who wait. */
  serve(): void {
    while (this.#isFree && this.#line.length > 0) {
      // Of two that are equally far behind, who came first.
      const next = this.#line.reduce((first, waiter) => (this.#strideOf(waiter.queue) < this.#strideOf(first.queue) ? waiter : first))
      this.#line.splice(this.#line.indexOf(next), 1)
      this.#move(next.queue)
      next.give(this.force())
    }
  }

  get #isFree(): boolean {
    return this.used < this.total && this.#mayGive()
  }

  #strideOf(queue: string): number {
    return Math.max(this.#strides.get(queue) ?? 0, this.#stride)
  }

  #move(queue: string): void {
    const stride = this.#strideOf(queue)
    this.#stride = stride
    this.#strides.set(queue, stride + 1 / (this.options.weights?.get(queue) ?? 1))
  }
}
