import type { FastifyRequest } from 'fastify'
import { digestOf } from '../identity/secret.js'

/** What tells two bodies apart without keeping either; null when there is none. */
export const bodyDigest = ({ body }: FastifyRequest): string | null => (body === undefined || body === null ? null : digestOf(JSON.stringify(body)))
