import { SHORTEST_MASKED } from '../secrets/forms.js'
import type { Automaton } from './automaton.js'

interface Span {
  readonly start: number
  readonly end: number
}

const MASK = '***'

/** What of a stream of text is covered by patterns, whatever the pieces in which it came. Places count from the stream's beginning. */
export class Coverage {
  #state = 0
  #at = 0
  /** Before it nothing can be covered any more: it is out. */
  #floor = 0
  /** In order; those that overlap are one, those that touch are two: else what comes would change what is out. */
  #spans: Span[] = []

  constructor(private readonly patterns: Automaton) {}

  /** Where the next piece begins. */
  get at(): number {
    return this.#at
  }

  /** Before it nothing that may follow changes anything. */
  get decided(): number {
    return Math.max(this.#floor, this.#at - this.patterns.depth(this.#state))
  }

  push(text: string): void {
    const { patterns } = this
    for (let index = 0; index < text.length; index += 1) {
      this.#state = patterns.step(this.#state, text.charCodeAt(index))
      const length = patterns.found(this.#state)
      if (length > 0) this.#cover(this.#at + index + 1 - length, this.#at + index + 1)
    }
    this.#at += text.length
  }

  /** Whether something that is covered lies across this place. */
  isCut(place: number): boolean {
    const span = this.#spans[this.#firstAfter(place)]
    return span !== undefined && span.start < place
  }

  /** Settles what is undecided: it is taken for the beginning of a pattern when it is long enough to say something about it. */
  presume(): void {
    if (this.patterns.depth(this.#state) >= SHORTEST_MASKED) this.#cover(this.decided, this.#at)
    this.#floor = this.#at
  }

  /** Forgets what is covered before a place. */
  forget(before: number): void {
    this.#spans.splice(0, this.#firstAfter(before))
  }

  /**
   * A piece with a mask in the place of what is covered, one for each stretch within a line. The piece begins at `from`, its
   * line at `lineStart`: a stretch that goes on from an earlier piece of the line has its mask there.
   */
  mask(text: string, from: number, lineStart: number): string {
    let masked = ''
    let at = 0
    for (let index = this.#firstAfter(from); index < this.#spans.length; index += 1) {
      const { start, end } = this.#spans[index] as Span
      if (start >= from + text.length) break
      const [first, last] = [Math.max(start - from, 0), Math.min(end - from, text.length)]
      masked += text.slice(at, first)
      if (Math.max(start, lineStart) >= from) masked += text.slice(first, last).replace(/[^\n]+/g, MASK)
      at = last
    }
    return at === 0 ? text : masked + text.slice(at)
  }

  /** Index of the first span that ends after a place. */
  #firstAfter(place: number): number {
    let [low, high] = [0, this.#spans.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#spans[middle] as Span).end > place) high = middle
      else low = middle + 1
    }
    return low
  }

  #cover(from: number, end: number): void {
    let start = Math.max(from, this.#floor)
    if (start === end) return
    for (let last = this.#spans.at(-1); last !== undefined && last.end > start; last = this.#spans.at(-1)) {
      start = Math.min(start, last.start)
      this.#spans.pop()
    }
    this.#spans.push({ start, end })
  }
}
