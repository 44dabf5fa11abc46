import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isHidden } from '../../shared/bundles/hidden.js'
import { fileKind } from './file-kind.js'

/** Every file below the directory that is evaluated, sorted. Symbolic links are followed, each directory is entered once. */
export async function listDagFiles(directory: string, entered = new Set<string>()): Promise<string[]> {
  const real = await realpath(directory)
  if (entered.has(real)) return []
  entered.add(real)
  const files: string[] = []
  for (const entry of await entriesOf(directory, entered.size > 1)) {
    if (isHidden(entry.name)) continue
    const path = join(directory, entry.name)
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry
    if (kind?.isDirectory()) files.push(...await listDagFiles(path, entered))
    else if (kind?.isFile() && fileKind(path) !== null) files.push(path)
  }
  return files.sort()
}

/**
 * A directory that was removed meanwhile is empty. One that cannot be read fails the whole listing: its files must not be
 * taken for deleted, and neither must those of the DAG folder itself when it is away for a moment.
 */
async function entriesOf(directory: string, below: boolean): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (below && (error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
