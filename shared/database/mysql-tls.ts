import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { LongshoreError } from '../errors.js'

/** What mysql2 takes as `ssl`. It checks that the certificate is for this host only when told to. */
export interface MysqlTls {
  readonly verifyIdentity: true
  readonly ca?: string
}

/**
 * What `?tls=` of a databaseUrl asks for. `true`: a certificate that the system trusts. A path: one that an authority in that PEM file has
 * signed. Without it the connection is in clear.
 */
export function mysqlTls(url: URL): MysqlTls | undefined {
  const wanted = url.searchParams.get('tls')
  if (wanted === null) return undefined
  // mysql2 compares the certificate with names only, and takes any for an address.
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) throw new LongshoreError('LS_CONFIG', `databaseUrl: with tls= the host must be a name, not ${url.hostname}: certificates are for names`)
  if (wanted === 'true') return { verifyIdentity: true }
  if (!wanted.startsWith('/')) throw new LongshoreError('LS_CONFIG', `databaseUrl: tls=${wanted} is neither 'true' nor the path of a file with certificates`)
  try {
    return { verifyIdentity: true, ca: readFileSync(wanted, 'utf8') }
  } catch (cause) {
    throw new LongshoreError('LS_CONFIG', `databaseUrl: the certificates of tls=${wanted} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
