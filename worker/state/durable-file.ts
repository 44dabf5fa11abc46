import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SyncedDirectory } from './synced-directory.js'

/**
 * Puts a file in place so that it is there, whole, after a power cut: the bytes are synced before the rename, and the
 * directory after it.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  await writeAtomically(path, text, true)
  await syncDirectory(dirname(path))
}

/** A file that other processes see whole, and that a power cut can take until `synced` has resolved. */
export interface PlacedFile {
  readonly synced: Promise<void>
}

/** The same in two steps, for who has something else to do while the disk works. After a power cut in between the file may be empty. */
export async function placeDurably(directory: SyncedDirectory, name: string, text: string): Promise<PlacedFile> {
  const path = join(directory.path, name)
  const draft = `${path}.tmp`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await rename(draft, path)
  } catch (error) {
    await file.close()
    await removeFile(draft).catch(() => {})
    throw error
  }
  // Asked for together, so that one commit of the file system's journal can serve both.
  const synced = Promise.all([file.datasync().finally(() => file.close()), directory.sync()]).then(() => {})
  // Who waits for it hears of it; nobody may get so far.
  synced.catch(() => {})
  return { synced }
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

async function syncDirectory(path: string): Promise<void> {
  const directory = new SyncedDirectory(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export const makeDirectory = async (path: string): Promise<void> => { await mkdir(path, { recursive: true, mode: 0o700 }) }

/** Fine when it is not there. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}

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
