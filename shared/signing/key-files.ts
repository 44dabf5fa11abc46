import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LongshoreError } from '../errors.js'
import { isPem, publicPem, privatePem, readPrivateKey, readPublicKeys, type PrivateKey, type PublicKey } from './key.js'

export const PUBLIC_EXTENSION = '.pub'

/** A private key by its PEM text or its path; null when there is no such file. */
export function loadPrivateKey(source: string): PrivateKey | null {
  if (isPem(source)) return readPrivateKey(source, 'signingKey')
  const text = readIfAny(source)
  if (text === null) return null
  // The group may read it: systemd gives a credential to its service by an access list, which shows as group bits.
  if ((statSync(source).mode & 0o007) !== 0) {
    throw new LongshoreError('LS_KEY_INVALID', `the private key ${source} is open to everybody on this machine`, { hint: `Run \`chmod 600 ${source}\`; if others may have read it, make another key and revoke this one.` })
  }
  return readPrivateKey(text, source)
}

export function savePrivateKey(path: string, key: PrivateKey): void {
  save(path, privatePem(key), 0o600)
}

export function savePublicKey(path: string, key: PublicKey): void {
  save(path, publicPem(key), 0o644)
}

export interface FoundKey extends PublicKey {
  /** The file that holds it, or the setting. */
  readonly from: string
  /** When the file was written, milliseconds since the epoch; null when it comes from a setting. */
  readonly since: number | null
}

/** Public keys in one place: PEM text, a file, or every `*.pub` of a directory. What is not there holds none. */
export function loadPublicKeys(source: string, onProblem: (error: Error) => void): FoundKey[] {
  if (isPem(source)) return guarded(onProblem, () => readPublicKeys(source, 'trustedKeys').map(key => ({ ...key, from: 'trustedKeys', since: null })))
  let isDirectory: boolean
  try {
    isDirectory = statSync(source).isDirectory()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') onProblem(error as Error)
    return []
  }
  const files = isDirectory ? guarded(onProblem, () => readdirSync(source).filter(name => name.endsWith(PUBLIC_EXTENSION)).sort().map(name => join(source, name))) : [source]
  // One damaged file must not take the trust from the others.
  return files.flatMap(file => guarded(onProblem, () => {
    const since = statSync(file).mtimeMs
    return readPublicKeys(readFileSync(file, 'utf8'), file).map(key => ({ ...key, from: file, since }))
  }))
}

export const removeKey = (path: string): void => rmSync(path, { force: true })

function guarded<T>(onProblem: (error: Error) => void, read: () => T[]): T[] {
  try {
    return read()
  } catch (error) {
    // Removed between listing and reading: it is revoked.
    if (codeOf(error) !== 'ENOENT') onProblem(error as Error)
    return []
  }
}

/** Readers see the old file or the new one; nobody else ever sees a private one. */
function save(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  const draft = `${path}.tmp`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', mode)
  try {
    // The mode above is cut by the umask.
    fchmodSync(file, mode)
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

function readIfAny(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new LongshoreError('LS_KEY_INVALID', `the key ${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
