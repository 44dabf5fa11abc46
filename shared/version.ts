import { readFileSync } from 'node:fs'

let known: string | undefined

/** The version of this Longshore, from its package. */
export function version(): string {
  return (known ??= read())
}

function read(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version
    } catch (error) {
      // Compiled files lie one level deeper than sources.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return 'unknown'
}
