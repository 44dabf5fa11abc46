import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Puts a file in place so that it is there, whole, after a power cut: the bytes are synced before the rename, and the
 * directory after it.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  await writeAtomically(path, text, true)
  await syncDirectory(dirname(path))
}

/** Readers see the old file or the new one. After a power cut it may be the old one. */
export async function writeAtomically(path: string, text: string, sync = false): Promise<void> {
  const draft = `${path}.tmp`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(text)
      if (sync) await file.datasync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    // A full disk must not be filled with halves.
    await removeFile(draft).catch(() => {})
    throw error
  }
}

/** The same in a directory that may not have been made yet. */
export async function writeIn(directory: string, path: string, text: string): Promise<void> {
  await makeDirectory(directory)
  await writeAtomically(path, text)
}

/** Syncs of one directory that wait for the disk at the same time share the next one. */
const waiting = new Map<string, Promise<void>>()

function syncDirectory(directory: string): Promise<void> {
  const next = waiting.get(directory)
  if (next !== undefined) return next
  // Whoever asks until this begins is served by it; whoever asks later needs another, as its rename may be newer.
  const sync = new Promise<void>(resolve => setImmediate(resolve)).then(async () => {
    waiting.delete(directory)
    const handle = await open(directory, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
  waiting.set(directory, sync)
  return sync
}

export const makeDirectory = async (path: string): Promise<void> => { await mkdir(path, { recursive: true, mode: 0o700 }) }

export const removeFile = (path: string): Promise<void> => rm(path, { force: true })

export async function readTextIfAny(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Names without the extension, of the files that carry it. */
export async function listNames(directory: string, extension: string): Promise<string[]> {
  const names = await readdir(directory)
  return names.filter(name => name.endsWith(extension)).map(name => basename(name, extension))
}

/** Takes a file out of the way that cannot be read, and keeps it for people. */
export async function setAside(path: string): Promise<void> {
  await rename(path, join(dirname(path), `${basename(path)}.unreadable`))
}
