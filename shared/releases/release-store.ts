import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LongshoreError } from '../errors.js'
import { parseS3Location } from '../log-store/s3-location.js'
import { S3Objects } from '../log-store/s3-objects.js'

export const SUMS_FILE = 'SHA256SUMS'
const MOST_SUMS_BYTES = 64 * 1024
const PIECE_BYTES = 8 * 1024 * 1024
const TIMEOUT_MS = 60_000

/**
 * Where packages lie: a folder for each version, with the packages and their SHA256SUMS as `npm run package -- --out STORE/VERSION`
 * leaves them. Only read.
 */
export interface ReleaseStore {
  readonly label: string
  /** @throws LongshoreError LS_RELEASE_STORE when it cannot be read, LS_RELEASE_NOT_FOUND when there is no such file */
  read(version: string, file: string): AsyncIterable<Buffer>
}

/** Opens what the setting `releaseStore` names. */
export function openReleaseStore(target: string): ReleaseStore {
  const { protocol } = URL.canParse(target) ? new URL(target) : { protocol: '' }
  const label = target.split('?', 1)[0]?.replace(/\/\/[^@/]*@/, '//***@') ?? ''
  switch (protocol) {
    case 'file:': return store(label, path => fileContent(fileURLToPath(below(target, path))))
    case 'http:':
    case 'https:': return store(label, path => httpContent(below(target, path)))
    case 's3:': return store(label, path => s3Content(target, path))
    case '': if (target === '') throw new LongshoreError('LS_CONFIG', 'releaseStore is not set: there is nothing to take packages from', { hint: 'Set releaseStore to where the packages of versions lie: docs/operations/upgrade.md.' })
  }
  throw new LongshoreError('LS_CONFIG', `releaseStore '${label}' must start with file://, http://, https:// or s3://`)
}

/** The SHA-256 of every package of a version, by the name of its file. */
export async function readSums(from: ReleaseStore, version: string): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of from.read(version, SUMS_FILE)) {
    size += chunk.length
    if (size > MOST_SUMS_BYTES) throw new LongshoreError('LS_RELEASE_STORE', `${SUMS_FILE} of version ${version} in ${from.label} is no list of checksums: it is too long`)
    chunks.push(chunk)
  }
  const sums: Record<string, string> = {}
  for (const line of Buffer.concat(chunks).toString().split('\n')) {
    const [, sum, file] = /^([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9._+~-]{0,199})$/.exec(line) ?? []
    if (sum !== undefined && file !== undefined) sums[file] = sum
  }
  if (Object.keys(sums).length === 0) throw new LongshoreError('LS_RELEASE_STORE', `${SUMS_FILE} of version ${version} in ${from.label} has no checksum: what cannot be checked is not installed`)
  return sums
}

const below = (target: string, path: string): URL => new URL(path, target.endsWith('/') ? target : `${target}/`)

function store(label: string, content: (path: string) => AsyncIterable<Buffer>): ReleaseStore {
  return {
    label,
    async *read(version, file) {
      try {
        yield* content(`${encodeURIComponent(version)}/${encodeURIComponent(file)}`)
      } catch (cause) {
        if (cause instanceof LongshoreError && cause.code === 'LS_RELEASE_NOT_FOUND') throw new LongshoreError('LS_RELEASE_NOT_FOUND', `${label} has no ${version}/${file}`)
        throw new LongshoreError('LS_RELEASE_STORE', `${version}/${file} cannot be read from ${label}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
      }
    },
  }
}

const missing = (): LongshoreError => new LongshoreError('LS_RELEASE_NOT_FOUND', 'there is no such file')

async function* fileContent(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing() : error
  }
}

async function* httpContent(url: URL): AsyncGenerator<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS * 5), redirect: 'error' })
  if (answer.status === 404) throw missing()
  if (!answer.ok || answer.body === null) throw new Error(`it answered with ${answer.status}`)
  for await (const chunk of answer.body) yield Buffer.from(chunk as Uint8Array)
}

async function* s3Content(target: string, path: string): AsyncGenerator<Buffer> {
  const objects = new S3Objects(parseS3Location(target), { timeoutMs: TIMEOUT_MS })
  const key = decodeURIComponent(path)
  for (let at = 0; ;) {
    const piece = await objects.get(key, at, PIECE_BYTES)
    if (piece === null) throw missing()
    if (piece.bytes.length > 0) yield piece.bytes
    at += piece.bytes.length
    if (at >= piece.size || piece.bytes.length === 0) return
  }
}
