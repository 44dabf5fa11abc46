import { Registry } from 'prom-client'

/** A part of the process that can tell whether it does its work. */
export interface Component {
  readonly name: string
  /** Why it is not ready; null when it is. */
  notReady(): string | null
}

export interface HealthOptions {
  readonly components: readonly Component[]
  /** Asked at every scrape: a part that is replaced brings another registry. */
  readonly registries: () => readonly Registry[]
}

export interface HealthAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
}

export const HEALTH_PATHS = ['/metrics', '/livez', '/readyz'] as const

/**
 * `/metrics` for Prometheus; `/livez`, which answers while the event loop turns; `/readyz`, which says of every component
 * that does not do its work why not.
 */
export class Health {
  constructor(private readonly options: HealthOptions) {}

  async answer(path: string): Promise<HealthAnswer> {
    switch (path) {
      case '/livez': return { status: 200, type: 'application/json', body: '{"live":true}\n' }
      case '/readyz': return this.#readiness()
      case '/metrics': return this.#metrics()
      default: return healthProblem(404, 'Not found', 'There are /metrics, /livez and /readyz.')
    }
  }

  #readiness(): HealthAnswer {
    const waiting = this.options.components.flatMap(component => {
      const reason = component.notReady()
      return reason === null ? [] : [{ component: component.name, reason }]
    })
    if (waiting.length === 0) return { status: 200, type: 'application/json', body: '{"ready":true}\n' }
    return healthProblem(503, 'Not ready', waiting.map(({ component, reason }) => `${component}: ${reason}`).join('; '), { components: waiting })
  }

  async #metrics(): Promise<HealthAnswer> {
    const merged = Registry.merge([...this.options.registries()])
    return { status: 200, type: merged.contentType, body: await merged.metrics() }
  }
}

/** RFC 9457. */
export function healthProblem(status: number, title: string, detail: string, more: Readonly<Record<string, unknown>> = {}): HealthAnswer {
  return { status, type: 'application/problem+json', body: `${JSON.stringify({ type: 'about:blank', title, status, detail, ...more })}\n` }
}
