/** Whether new work may be taken, with every reason why not. */
export class Gate {
  readonly #reasons = new Map<string, string>()
  readonly #waiting = new Set<() => void>()
  #onChange: () => void = () => {}

  get isOpen(): boolean {
    return this.#reasons.size === 0
  }

  onChange(listener: () => void): void {
    this.#onChange = listener
  }

  /** Why it is closed, for people. */
  get reasons(): readonly string[] {
    return [...this.#reasons.values()]
  }

  /** True when this closed it for a new cause. */
  close(cause: string, reason: string): boolean {
    const isNew = !this.#reasons.has(cause)
    this.#reasons.set(cause, reason)
    if (isNew) this.#onChange()
    return isNew
  }

  /** True when the cause had closed it. */
  open(cause: string): boolean {
    const was = this.#reasons.delete(cause)
    if (was) this.#onChange()
    if (this.isOpen) for (const wake of [...this.#waiting]) wake()
    return was
  }

  /** Resolves when it is open, or when the signal is aborted. */
  whenOpen(signal: AbortSignal): Promise<void> {
    if (this.isOpen || signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}
