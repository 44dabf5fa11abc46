import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { LongshoreError } from '../errors.js'
import { bundleOf, MOST_BYTES, MOST_FILES, tooManyBytes, tooManyFiles, type Bundle, type BundleFile } from './bundle.js'
import { isHidden } from './hidden.js'

/**
 * Everything in a folder that is not hidden.
 * @throws LongshoreError LS_USAGE when it cannot be read, LS_BUNDLE_INVALID, LS_BUNDLE_TOO_LARGE
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const files: BundleFile[] = []
  let bytes = 0
  for await (const path of filesBelow(folder, folder)) {
    // Before anything is read: somebody may have named the wrong folder.
    bytes += (await stat(path)).size
    if (bytes > MOST_BYTES) throw tooManyBytes()
    if (files.length === MOST_FILES) throw tooManyFiles()
    files.push({ path: relative(folder, path).split(sep).join('/'), content: await readFile(path) })
  }
  return bundleOf(files)
}

async function* filesBelow(folder: string, root: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new LongshoreError('LS_USAGE', `the folder ${folder} cannot be read: ${cause.message}`, { cause, hint: 'Name the folder that has the DAG files in it.' })
  })
  for (const entry of entries) {
    if (isHidden(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path, root)
    else if (entry.isFile()) yield path
    // A link may lead anywhere on this machine, and its target is another one on the next.
    else throw new LongshoreError('LS_BUNDLE_INVALID', `${relative(root, path)} is ${entry.isSymbolicLink() ? 'a symbolic link' : 'no ordinary file'}`)
  }
}

/** Writes a bundle into a folder that has nothing in it. */
export async function writeBundle(folder: string, { files }: Pick<Bundle, 'files'>): Promise<void> {
  const made = new Set<string>()
  for (const { path, content } of files) {
    const target = join(folder, path)
    const parent = dirname(target)
    if (!made.has(parent)) await mkdir(parent, { recursive: true })
    made.add(parent)
    await writeFile(target, content, { flag: 'wx' })
  }
}
