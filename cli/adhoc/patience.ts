import type { Reason } from '../../shared/why/reason.js'
import type { Why } from '../../shared/why/why.js'

const FIRST_MS = 5_000

/** Says why something has not begun, when that takes a while, and again only when the reason is another one. */
export class Patience {
  #nextAt = performance.now() + FIRST_MS
  #told = ''

  constructor(private readonly ask: () => Promise<Why>, private readonly say: (text: string) => void) {}

  async look(): Promise<void> {
    if (performance.now() < this.#nextAt) return
    const { answer, reasons } = await this.ask()
    this.#nextAt = performance.now() + FIRST_MS
    const kind = codesOf(reasons)
    if (kind !== this.#told) this.say(answer)
    this.#told = kind
  }
}

/** Times and counts change with every look; what they are about does not. */
const codesOf = (reasons: readonly Reason[]): string => reasons.filter(({ blocks }) => blocks).map(({ code, children }) => `${code}(${codesOf(children)})`).join(' ')
