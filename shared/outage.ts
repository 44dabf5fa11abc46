/** Codes that mean "the server is away or the line was cut", as opposed to "the request was wrong". */
const OUTAGE_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT',
  'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'ER_SERVER_SHUTDOWN', 'ER_CON_COUNT_ERROR', 'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED', 'ER_QUERY_INTERRUPTED', 'LS_TIMEOUT', 'LS_REDIS_UNREACHABLE', 'LS_DATABASE_UNREACHABLE', 'LS_DOCKER_UNREACHABLE',
])

/** Codes of lost races for locks: the whole transaction is repeated. 1205 rolls back only the statement, 1213 everything. */
const CONTENTION_CODES = new Set(['ER_LOCK_WAIT_TIMEOUT', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'LS_STALE_READ'])

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return typeof code === 'string' ? code : codeOf(cause)
}

/** ioredis and knex report a closed connection by message only. */
const OUTAGE_MESSAGES = /Connection is closed|Can't add new command when connection is in closed state|Connection lost|Timeout acquiring a connection|Command timed out|Stream isn't writeable|max retries per request|LOADING Redis|READONLY You can't write|^OOM |MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN|^BUSY /

export function isOutage(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined && OUTAGE_CODES.has(code)) return true
  return error instanceof Error && OUTAGE_MESSAGES.test(error.message)
}

export function isContention(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && CONTENTION_CODES.has(code)
}
