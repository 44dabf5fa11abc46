import { realpathSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { matchesAny } from './wildcard.js'

export interface Mount {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

/** Where a path of this host really leads; null when this process may not know. */
export type Resolve = (path: string) => string | null

/** What does not exist leads where its parent leads: Docker may make it there. */
export const onThisHost: Resolve = path => {
  try {
    return realpathSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === '/') return null
    const parent = onThisHost(dirname(path))
    return parent === null ? null : join(parent, basename(path))
  }
}

/**
 * What is not allowed about a mount, or null. A directory is allowed together with all below it. A symbolic link counts as
 * what it leads to: else a task that may write to one directory could plant a link there and have the next one mount anything.
 */
export function mountProblem({ source, readOnly }: Mount, allowed: readonly string[], resolve: Resolve): string | null {
  const rules = allowed.filter(rule => readOnly || !rule.endsWith(':ro')).map(rule => rule.replace(/:r[ow]$/, ''))
  if (rules.includes('*')) return null
  const shown = `${source}${readOnly ? ' (read-only)' : ' (for writing)'}`
  if (!source.startsWith('/')) return matchesAny(source, rules) ? null : `the volume ${shown}`
  const path = posix.normalize(source)
  if (!isBelowAny(path, rules)) return `the mount of ${shown}`
  const real = resolve(path)
  if (real === null) return `the mount of ${shown}, which the worker may not look at,`
  // The operator may have named a link.
  const leading = rules.flatMap(rule => (rule.startsWith('/') && !rule.includes('*') ? [rule, resolve(rule) ?? rule] : [rule]))
  return isBelowAny(real, leading) ? null : `the mount of ${shown}, which leads to ${real},`
}

function isBelowAny(path: string, rules: readonly string[]): boolean {
  const plain = withoutEndSlash(path)
  return rules.some(rule => matchesAny(plain, [withoutEndSlash(rule), `${withoutEndSlash(rule)}/*`]))
}

/** The root directory becomes the empty text, so that `/` allows every path. */
const withoutEndSlash = (path: string): string => path.replace(/\/+$/, '')
