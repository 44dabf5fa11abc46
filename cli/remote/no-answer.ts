import { LongshoreError } from '../../shared/errors.js'

/** What people can do about it, by the code of the network error. */
const MEANING: Readonly<Record<string, readonly [what: string, hint?: string]>> = {
  ECONNREFUSED: ['nothing listens there'],
  ENOTFOUND: ['there is no host of this name'],
  EAI_AGAIN: ['the name of the host cannot be looked up now'],
  EHOSTUNREACH: ['no way leads to the host'],
  ENETUNREACH: ['no way leads to the host'],
  ECONNRESET: ['the connection broke'],
  UND_ERR_SOCKET: ['the connection broke'],
  ETIMEDOUT: ['the host does not answer'],
  UND_ERR_CONNECT_TIMEOUT: ['the host does not answer'],
  UND_ERR_HEADERS_TIMEOUT: ['no answer came in time'],
  TimeoutError: ['no answer came in time'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'Write http:// instead of https://, if it has no certificate on purpose.'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['it does not speak TLS', 'Write http:// instead of https://, if it has no certificate on purpose.'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew the certificate of the server.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Use the name that is in the certificate.'],
}
const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/

/** Says of a request that got no answer what is known of the reason. Pure. */
export function noAnswer(server: string, error: unknown): LongshoreError {
  const code = codeOf(error)
  const [what, hint] = UNTRUSTED.test(code)
    ? ['this machine does not trust its certificate', 'Name a file with the certificate of its issuer in NODE_EXTRA_CA_CERTS.']
    : MEANING[code] ?? [code === '' ? (error as Error).message : code]
  return new LongshoreError('LS_SERVER_UNREACHABLE', `${server} does not answer: ${what}`, { cause: error, ...(hint !== undefined && { hint }) })
}

/** fetch hides the reason in causes; of several addresses that were tried, one stands for all. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  if (!(error instanceof Error)) return ''
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && code !== '') return code
  if (error.name === 'TimeoutError') return error.name
  return codeOf(error.cause)
}
