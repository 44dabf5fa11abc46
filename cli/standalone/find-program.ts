import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of these programs that is on the PATH; null when none is. */
export function findProgram(names: readonly string[], path = process.env['PATH'] ?? ''): string | null {
  const directories = path.split(delimiter).filter(part => part !== '')
  for (const name of names) {
    const found = directories.map(directory => join(directory, name)).find(isProgram)
    if (found !== undefined) return found
  }
  return null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export const REDIS_SERVERS = ['redis-server', 'valkey-server'] as const
