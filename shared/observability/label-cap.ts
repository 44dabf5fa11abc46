/** Keeps a label to so many values: what comes later counts as `other`. */
export class LabelCap {
  readonly #known = new Set<string>()

  constructor(private readonly most: number) {}

  of(value: string): string {
    if (this.#known.has(value)) return value
    if (this.#known.size >= this.most) return OTHER
    this.#known.add(value)
    return value
  }
}

export const OTHER = 'other'
