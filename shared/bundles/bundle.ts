import { createHash } from 'node:crypto'
import { bytesText } from '../bytes.js'
import { LongshoreError } from '../errors.js'
import { isHidden } from './hidden.js'

export interface BundleFile {
  /** Relative to the folder that was deployed, with `/` between its parts. */
  readonly path: string
  readonly content: Buffer
}

/** A folder of DAG files with all that lies beside them, as it was deployed: it never changes. */
export interface Bundle {
  /** SHA-256 of all paths and contents; the name of the bundle. */
  readonly hash: string
  /** By path. */
  readonly files: readonly BundleFile[]
  readonly bytes: number
}

/** A bundle is held in memory by whoever deploys it and unpacks it, and travels as one request. */
export const MOST_BYTES = 16 * 1024 * 1024
export const MOST_FILES = 5_000
const MOST_PATH = 400
const MOST_NAME = 200

/**
 * The bundle of these files, whoever they come from.
 * @throws LongshoreError LS_BUNDLE_INVALID for paths that lead out of a folder or would not be the same everywhere, LS_BUNDLE_TOO_LARGE
 */
export function bundleOf(given: readonly BundleFile[]): Bundle {
  if (given.length > MOST_FILES) throw tooManyFiles()
  const bytes = given.reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > MOST_BYTES) throw tooManyBytes()
  for (const { path } of given) refusePath(path)
  const files = [...given].sort((a, b) => (a.path < b.path ? -1 : 1))
  refuseCollisions(files)
  const hash = createHash('sha256')
  // No path has a NUL or a line feed, so no two bundles are written alike.
  for (const { path, content } of files) hash.update(`${path}\0${sha256(content)}\n`)
  return { hash: hash.digest('hex'), files, bytes }
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

export const tooManyFiles = (): LongshoreError => new LongshoreError('LS_BUNDLE_TOO_LARGE', `there are more than ${MOST_FILES} files in it`)
export const tooManyBytes = (): LongshoreError => new LongshoreError('LS_BUNDLE_TOO_LARGE', `its files have more than ${bytesText(MOST_BYTES)} together`)

/** @throws LongshoreError LS_BUNDLE_INVALID */
function refusePath(path: string): void {
  const problem = pathProblem(path)
  if (problem !== null) throw new LongshoreError('LS_BUNDLE_INVALID', `the path ${shown(path)} ${problem}`)
}

function pathProblem(path: string): string | null {
  if (path === '') return 'is empty'
  if (!path.isWellFormed() || /[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'has characters that are no text'
  if (path.includes('\\')) return 'has a backslash'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is not relative to the folder'
  const parts = path.split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..')) return `has a part that is empty, '.' or '..'`
  if (parts.some(isHidden)) return `is hidden: what begins with '.', and node_modules, is never looked at`
  if (path.length > MOST_PATH || parts.some(part => Buffer.byteLength(part) > MOST_NAME)) return 'is too long'
  return null
}

/** Two paths that are one on some file system, or a file where another path has a folder: then a bundle would not be the same everywhere. */
function refuseCollisions(files: readonly BundleFile[]): void {
  const taken = new Map<string, { readonly name: string; readonly isFile: boolean }>()
  for (const { path } of files) {
    const parts = path.split('/')
    for (let length = 1; length <= parts.length; length += 1) {
      const name = parts.slice(0, length).join('/')
      const isFile = length === parts.length
      const key = name.normalize('NFC').toLowerCase()
      const other = taken.get(key)
      if (other !== undefined && (isFile || other.isFile || other.name !== name)) throw new LongshoreError('LS_BUNDLE_INVALID', `the paths ${shown(other.name)} and ${shown(name)} are the same on some file systems`)
      taken.set(key, { name, isFile })
    }
  }
}

const shown = (path: string): string => JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path)
