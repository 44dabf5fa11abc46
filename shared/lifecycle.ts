/** The one lifecycle contract: constructors start nothing; stop works before start and twice. */
export interface Service {
  /** Shown in logs. */
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts services in order; when one fails to start, those before it are stopped again, last first. */
export class ServiceGroup implements Service {
  #started: Service[] = []

  constructor(readonly name: string, private readonly services: readonly Service[]) {}

  async start(): Promise<void> {
    for (const service of this.services) {
      this.#started.push(service)
      try {
        await service.start()
      } catch (error) {
        await this.stop().catch(() => {})
        throw error
      }
    }
  }

  async stop(): Promise<void> {
    const errors: unknown[] = []
    while (this.#started.length > 0) {
      const service = this.#started.pop() as Service
      await service.stop().catch((error: unknown) => errors.push(error))
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, `${this.name}: ${errors.length} services failed to stop`)
  }
}
