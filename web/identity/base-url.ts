import type { FastifyRequest } from 'fastify'
import type { WebContext } from '../app.js'

/** Where people reach this installation, as far as is known. */
export const baseUrl = ({ config }: Pick<WebContext, 'config'>, { protocol, host }: FastifyRequest): string =>
  (config.publicUrl === '' ? `${protocol}://${host}` : config.publicUrl).replace(/\/$/, '')
