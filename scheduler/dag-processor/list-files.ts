import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileKind, isHidden } from './file-kind.js'

/** Every file below the directory that is evaluated, sorted. Symbolic links are followed, each directory is entered once. */
export async function listDagFiles(directory: string, entered = new Set<string>()): Promise<string[]> {
  const real = await realpath(directory)
  if (entered.has(real)) return []
  entered.add(real)
  const files: string[] = []
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (isHidden(entry.name)) continue
    const path = join(directory, entry.name)
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry
    if (kind?.isDirectory()) files.push(...await listDagFiles(path, entered))
    else if (kind?.isFile() && fileKind(path) !== null) files.push(path)
  }
  return files.sort()
}
