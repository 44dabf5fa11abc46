const ASCII = 128

/**
 * Finds any number of patterns in one pass over a text: Aho and Corasick, "Efficient string matching", 1975. Its time grows
 * with the text alone, whatever the patterns and the text have in common. A state is the longest beginning of a pattern with
 * which the text so far ends; 0 is none.
 */
export class Automaton {
  /** Children of the root, where nearly every step begins. */
  readonly #first = new Int32Array(ASCII)
  /** Most states have one child: its code unit and its state. */
  readonly #onlyCode: number[] = [0]
  readonly #only: number[] = [0]
  readonly #more: (Map<number, number> | undefined)[] = [undefined]
  readonly #depth: number[] = [0]
  /** The state for the longest proper ending that begins a pattern too. */
  readonly #fall: number[] = [0]
  /** Length of the longest pattern with which the text ends in this state. */
  readonly #found: number[] = [0]

  constructor(patterns: Iterable<string>) {
    for (const pattern of patterns) this.#add(pattern)
    this.#link()
  }

  step(state: number, code: number): number {
    for (let from = state; from !== 0; from = this.#fall[from] as number) {
      const child = this.#child(from, code)
      if (child !== 0) return child
    }
    return this.#child(0, code)
  }

  /** Length of the longest pattern that ends here; 0 is none. */
  found(state: number): number {
    return this.#found[state] as number
  }

  /** How much of what came last may be the beginning of a pattern. */
  depth(state: number): number {
    return this.#depth[state] as number
  }

  #child(state: number, code: number): number {
    if (state === 0 && code < ASCII) return this.#first[code] as number
    if (this.#onlyCode[state] === code) return this.#only[state] as number
    return this.#more[state]?.get(code) ?? 0
  }

  #add(pattern: string): void {
    let state = 0
    for (let at = 0; at < pattern.length; at += 1) {
      const code = pattern.charCodeAt(at)
      state = this.#child(state, code) || this.#grow(state, code)
    }
    this.#found[state] = pattern.length
  }

  #grow(parent: number, code: number): number {
    const state = this.#depth.length
    this.#depth.push((this.#depth[parent] as number) + 1)
    for (const column of [this.#onlyCode, this.#only, this.#fall, this.#found]) column.push(0)
    this.#more.push(undefined)
    if (parent === 0 && code < ASCII) this.#first[code] = state
    else if (parent !== 0 && this.#only[parent] === 0) {
      this.#onlyCode[parent] = code
      this.#only[parent] = state
    } else {
      (this.#more[parent] ??= new Map()).set(code, state)
    }
    return state
  }

  /** By rising depth, so that where a state falls to is known before its children are. */
  #link(): void {
    for (let level = this.#children(0).map(([, child]) => child); level.length > 0;) {
      const next: number[] = []
      for (const state of level) {
        for (const [code, child] of this.#children(state)) {
          const fall = this.step(this.#fall[state] as number, code)
          this.#fall[child] = fall
          this.#found[child] ||= this.#found[fall] as number
          next.push(child)
        }
      }
      level = next
    }
  }

  #children(state: number): [code: number, child: number][] {
    const children = [...this.#more[state] ?? []]
    if (this.#only[state] !== 0) children.push([this.#onlyCode[state] as number, this.#only[state] as number])
    if (state === 0) this.#first.forEach((child, code) => { if (child !== 0) children.push([code, child]) })
    return children
  }
}
