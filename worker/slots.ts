/** The right to run one attempt. Giving it back twice is harmless. */
export interface Slot {
  release(): void
}

/**
 * One pool of slots over all queues of a worker. Fetchers wait in line and get one slot at a time, so that a busy queue
 * does not starve the others: with every slot taken, queues take turns.
 */
export class Slots {
  readonly #taken = new Set<Slot>()
  readonly #line: { readonly give: (slot: Slot | null) => void }[] = []

  constructor(private limit: number) {}

  get total(): number {
    return this.limit
  }

  /** Another number from now on. Who holds a slot keeps it: with fewer slots, fewer are given out until it fits. */
  resize(total: number): void {
    this.limit = total
    this.#serve()
  }

  /** Derived from who holds a slot, so that it cannot drift. */
  get used(): number {
    return this.#taken.size
  }

  /** Waits for a slot; null when the signal is aborted. */
  acquire(signal: AbortSignal): Promise<Slot | null> {
    if (signal.aborted) return Promise.resolve(null)
    const slot = this.tryAcquire()
    if (slot !== null) return Promise.resolve(slot)
    return new Promise(resolve => {
      const leave = (): void => {
        const place = this.#line.indexOf(waiter)
        if (place >= 0) this.#line.splice(place, 1)
        resolve(null)
      }
      const waiter = {
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
  tryAcquire(): Slot | null {
    return this.used < this.total && this.#line.length === 0 ? this.force() : null
  }

  /** A slot whatever the limit: adopted attempts run already, also when concurrency has been lowered since. */
  force(): Slot {
    const slot: Slot = {
      release: () => {
        if (this.#taken.delete(slot)) this.#serve()
      },
    }
    this.#taken.add(slot)
    return slot
  }

  #serve(): void {
    while (this.used < this.total) {
      const next = this.#line.shift()
      if (next === undefined) return
      next.give(this.force())
    }
  }
}
