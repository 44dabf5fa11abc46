import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isOutage } from '../../shared/outage.js'
import { ERRORS, LongshoreError, type ErrorCode } from '../../shared/errors.js'
import { faultText } from '../reads/faults.js'

/** An answer other than success, as RFC 9457 has it. `code` and `hint` are those of docs/errors.md. */
export const ProblemView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string(),
  /** What is wrong with the input, each with the place. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).meta({ id: 'Problem' })
export type ProblemView = z.infer<typeof ProblemView>

/** A {@link LongshoreError} that a route refuses a request with. */
export class Problem extends LongshoreError {}

const NOT_FOUND = /_NOT_FOUND$/
const STATUS: Partial<Record<ErrorCode, number>> = {
  LS_REQUEST_INVALID: 400, LS_NOT_SIGNED_IN: 401, LS_NOT_ALLOWED: 403, LS_FOREIGN_PAGE: 403, LS_TOO_MANY_REQUESTS: 429, LS_BODY_TOO_LARGE: 413,
  LS_LOGIN_FAILED: 401, LS_USER_EXISTS: 409, LS_LAST_ADMIN: 409, LS_TOKEN_EXISTS: 409, LS_IDEMPOTENCY_REUSED: 409, LS_IDEMPOTENCY_BUSY: 409,
  LS_RUN_EXISTS: 409, LS_STILL_RUNNING: 409, LS_POOL_IN_USE: 409, LS_BACKFILL_ENDED: 409, LS_STALE_READ: 409, LS_BUNDLE_CONFLICT: 409, LS_BUNDLE_TOO_LARGE: 413,
  LS_DATABASE_UNREACHABLE: 503, LS_REDIS_UNREACHABLE: 503, LS_TIMEOUT: 503, LS_SCHEMA_NEWER: 503, LS_SCHEMA_OLDER: 503, LS_LOG_STORE: 503, LS_RELEASE_STORE: 503, LS_LOGIN_PROVIDER: 502, LS_INTERNAL: 500,
}

export const statusOf = (code: ErrorCode): number => STATUS[code] ?? (NOT_FOUND.test(code) ? 404 : 422)

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request', 401: 'Not signed in', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict', 412: 'Changed meanwhile', 413: 'Too large',
  415: 'Unsupported media type', 422: 'Not possible', 429: 'Too many requests', 500: 'Internal error', 502: 'No answer from another server', 503: 'Not available now',
}

export function viewProblem(code: ErrorCode, detail: string, more: { readonly status?: number; readonly hint?: string; readonly errors?: ProblemView['errors'] } = {}): ProblemView {
  const { status = statusOf(code), hint = ERRORS[code], errors } = more
  return { type: `urn:longshore:error:${code}`, title: TITLES[status] ?? 'Error', status, detail, code, hint, ...(errors !== undefined && { errors }) }
}

/** Servers that others run. What their errors name besides (hosts, users, folders) is for the log: whoever may read anything is answered. */
const SERVERS: Partial<Record<ErrorCode, string>> = { LS_DATABASE_UNREACHABLE: 'the database', LS_TIMEOUT: 'the database', LS_REDIS_UNREACHABLE: 'Redis', LS_LOG_STORE: 'the log store' }
const AGAIN = 'Try again in a moment.'

/** What an error means to the one who made the request. What only its operator should know goes to the log. */
export function problemOf(error: unknown): ProblemView {
  if (error instanceof LongshoreError) {
    const server = SERVERS[error.code]
    return server === undefined ? viewProblem(error.code, error.message, { hint: error.hint }) : viewProblem(error.code, faultText(server, error), { hint: AGAIN })
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({ path: `${error.validationContext}${instancePath.replaceAll('/', '.')}`, message: message ?? 'is not valid' }))
    return viewProblem('LS_REQUEST_INVALID', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), { status: 400, errors })
  }
  const { statusCode = 500, code, message } = error as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return viewProblem('LS_BODY_TOO_LARGE', message)
  if (statusCode === 429) return viewProblem('LS_TOO_MANY_REQUESTS', message)
  if (statusCode >= 400 && statusCode < 500) return viewProblem('LS_REQUEST_INVALID', message, { status: statusCode })
  if (isOutage(error)) return viewProblem('LS_DATABASE_UNREACHABLE', faultText('the database', error), { hint: AGAIN })
  return viewProblem('LS_INTERNAL', 'the request could not be answered; the log of the web process says why')
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error)
  if (problem.status >= 500) request.log.error({ err: error }, 'a request failed')
  return reply.status(problem.status).type('application/problem+json').send(problem)
}
