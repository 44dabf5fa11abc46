import { monotonic } from '../clock.js'
import { amountText, figure, lacking, minus, NOTHING, plus, type Amount, type Kind } from './amount.js'

/** How long others may overtake a task that waits for room. After that nobody takes what it waits for. */
const PATIENCE_MS = 30_000

export interface CapacityOptions {
  readonly total: Amount
  /** Tasks that may wait here for room at once. More stay in the queue, where another worker can take them. */
  readonly maxWaiting: () => number
  readonly now?: () => number
}

/** Room for one attempt, asked for or taken. */
export interface Reservation {
  /** Takes the room, or a place in the line for it; false when the line is full too. */
  enter(): boolean
  /** Takes the room whether it is there or not: what runs already, runs. */
  force(): void
  /** Waits in line, however long that is. Resolves with whether it has the room: false when the signal came first. */
  granted(signal: AbortSignal): Promise<boolean>
  /** Gives the room back and waits in line for it, whether or not there is a place in it. */
  requeue(): void
  /** What it waits for, with numbers; null when it does not wait. */
  waitsFor(): string | null
  /** Gives up room or place. Giving it up twice is harmless. */
  release(): void
}

/**
 * The CPUs and the memory that tasks may reserve here. A task that does not fit now waits in a line, claimed and not started, and
 * others overtake it as long as they fit. Nobody starves: who has waited for {@link PATIENCE_MS} is not overtaken any more by
 * whoever takes what it lacks, so the room comes free as fast as what runs now ends.
 *
 * Rejected: putting such a job back into its queue. It stands at the head there, so this worker would take it again at once,
 * for ever, and the jobs behind it would wait all the same. Holding any number of them: one worker would empty the queue of the
 * big tasks while others are idle. Hence a short line; when it is full, this worker takes no jobs until there is a place in it.
 */
export class Capacity {
  readonly #held = new Set<Place>()
  readonly #line: Place[] = []
  readonly #now: () => number
  #total: Amount
  #onRoom: () => void = () => {}

  constructor(private readonly options: CapacityOptions) {
    this.#total = options.total
    this.#now = options.now ?? monotonic
  }

  get total(): Amount { return this.#total }
  /** Derived from who holds it, so that it cannot drift. */
  get used(): Amount { return [...this.#held].reduce((sum, { amount }) => plus(sum, amount), NOTHING) }
  /** For others to see, as JSON has no infinity. */
  get facts(): { readonly cpus: number | null; readonly cpusReserved: number; readonly memory: number | null; readonly memoryReserved: number } {
    const { total, used } = this
    const counted = (value: number): number | null => (value === Infinity ? null : value)
    return { cpus: counted(total.cpus), cpusReserved: used.cpus, memory: counted(total.memory), memoryReserved: used.memory }
  }

  get waiting(): number { return this.#line.length }
  /** Whether one more task could at least wait here. */
  get hasRoom(): boolean { return this.#line.length < this.options.maxWaiting() }

  resize(total: Amount): void {
    this.#total = total
    this.#serve()
  }

  /** Called whenever there may be room again. */
  onRoom(listener: () => void): void {
    this.#onRoom = listener
  }

  /** Why a task can never run here, or null. */
  neverFits(request: Amount): string | null {
    const kinds = lacking(request, this.#total)
    if (kinds.length === 0) return null
    const numbers = kinds.map(kind => `it needs ${amountText(kind, request)}, this worker has ${figure(kind, this.#total)} (${SETTINGS[kind]})`)
    return `${numbers.join(', and ')}; lower what the task asks for, or give it a queue of bigger workers`
  }

  request(amount: Amount): Reservation {
    const place: Place = { amount, since: this.#now(), grant: () => {} }
    return {
      enter: () => this.#enter(place),
      force: () => { this.#held.add(place) },
      requeue: () => {
        this.#held.delete(place)
        this.#line.push(place)
        this.#serve()
      },
      granted: signal => this.#granted(place, signal),
      waitsFor: () => this.#waitsFor(place),
      release: () => this.#leave(place),
    }
  }

  #enter(place: Place): boolean {
    this.#line.push(place)
    this.#serve()
    if (this.#held.has(place) || this.#line.length <= this.options.maxWaiting()) return true
    this.#line.splice(this.#line.indexOf(place), 1)
    return false
  }

  async #granted(place: Place, signal: AbortSignal): Promise<boolean> {
    if (this.#held.has(place) || signal.aborted) return this.#held.has(place)
    await new Promise<void>(resolve => {
      const leave = (): void => { resolve() }
      // Taken off again: a listener keeps a signal that is made of longer-lived ones for as long as they live.
      place.grant = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      signal.addEventListener('abort', leave, { once: true })
    })
    return this.#held.has(place)
  }

  #waitsFor(place: Place): string | null {
    if (!this.#line.includes(place)) return null
    const free = minus(this.#total, this.used)
    const kinds = lacking(place.amount, free)
    // It would fit, and lets one go first that has waited for long.
    if (kinds.length === 0) return 'its turn'
    return kinds.map(kind => `${amountText(kind, place.amount)} (${figure(kind, free)} of ${figure(kind, this.#total)} are free)`).join(' and ')
  }

  #leave(place: Place): void {
    const index = this.#line.indexOf(place)
    if (index >= 0) this.#line.splice(index, 1)
    if (this.#held.delete(place) || index >= 0) this.#serve()
  }

  #serve(): void {
    const kept = new Set<Kind>()
    for (const place of [...this.#line]) {
      const lacks = lacking(place.amount, minus(this.#total, this.used))
      if (lacks.length === 0 && ![...kept].some(kind => place.amount[kind] > 0)) {
        this.#line.splice(this.#line.indexOf(place), 1)
        this.#held.add(place)
        place.grant()
      } else if (this.#now() - place.since > PATIENCE_MS) {
        for (const kind of lacks) kept.add(kind)
      }
    }
    if (this.hasRoom) this.#onRoom()
  }
}

/** Stands in the line, holds room, or neither. */
interface Place {
  readonly amount: Amount
  readonly since: number
  grant: () => void
}

const SETTINGS: Readonly<Record<Kind, string>> = { cpus: 'capacityCpus', memory: 'capacityMemory' }
