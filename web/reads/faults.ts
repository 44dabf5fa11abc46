import type { FastifyBaseLogger } from 'fastify'
import { isOutage } from '../../shared/outage.js'

const REFUSED = /access.?denied|permission denied|EACCES|NOAUTH|WRONGPASS|NOPERM|forbidden|InvalidAccessKeyId|SignatureDoesNotMatch/i

/** What is wrong with a server, without its name, its users and its folders: everybody who may read anything is told. */
export function faultText(what: string, error: unknown): string {
  const { code = '', message = '' } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown; readonly message?: unknown }
  const said = REFUSED.test(`${String(code)} ${String(message)}`) ? 'refuses access' : isOutage(error) ? 'does not answer' : 'answers with an error'
  return `${what} ${said}; the log of the web process says more`
}

/** Writes what is wrong into the log once, until something else is. */
export class Faults {
  readonly #known = new Map<string, string>()

  constructor(private readonly log: Pick<FastifyBaseLogger, 'warn' | 'info'>) {}

  failed(what: string, error: unknown): string {
    const text = error instanceof Error ? error.message : String(error)
    if (this.#known.get(what) !== text) this.log.warn({ err: error, part: what }, 'what work needs is not well')
    this.#known.set(what, text)
    return faultText(what, error)
  }

  answered(what: string): void {
    if (this.#known.delete(what)) this.log.info({ part: what }, 'what work needs is well again')
  }
}
