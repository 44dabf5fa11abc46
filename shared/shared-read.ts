/** A read that many ask for at once: made once for all of them, and answered from memory for a moment. */
export class SharedRead<T> {
  #value: { readonly at: number; readonly value: Promise<T> } | null = null

  constructor(private readonly read: () => Promise<T>, private readonly freshMs: number) {}

  get(): Promise<T> {
    if (this.#value !== null && performance.now() - this.#value.at < this.freshMs) return this.#value.value
    const value = this.read()
    const entry = this.#value = { at: performance.now(), value }
    value.catch(() => { if (this.#value === entry) this.#value = null })
    return value
  }

  /** Something was changed through us: the next one reads it. */
  forget(): void {
    this.#value = null
  }
}
