import { randomUUID } from 'node:crypto'
import { mkdir, open, opendir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { LongshoreError } from '../errors.js'
import { checkLogName } from './log-name.js'
import type { LogPace, LogSlice, LogStore } from './log-store.js'

const EXTENSION = '.log'
const DRAFT = /\.log\.[0-9a-f-]{36}\.tmp$/

/** Logs as files under one directory. */
export class FileLogStore implements LogStore {
  readonly pace: LogPace = { everyMs: 200, bytes: 64 * 1024 }
  readonly #root: string

  constructor(directory: string) {
    this.#root = resolve(directory)
  }

  async write(name: string, offset: number, bytes: Buffer): Promise<void> {
    const file = await this.#openForWriting(this.#pathOf(name))
    try {
      await writeAll(file, bytes, offset)
      await file.truncate(offset + bytes.length)
    } finally {
      await file.close()
    }
  }

  async replace(name: string, content: AsyncIterable<Buffer>): Promise<void> {
    const path = this.#pathOf(name)
    const draft = `${path}.${randomUUID()}.tmp`
    try {
      const file = await openIn(dirname(path), () => open(draft, 'wx', 0o640))
      try {
        let offset = 0
        for await (const chunk of content) {
          await writeAll(file, chunk, offset)
          offset += chunk.length
        }
      } finally {
        await file.close()
      }
      await rename(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  async read(name: string, start: number, length: number): Promise<LogSlice> {
    const file = await open(this.#pathOf(name), 'r').catch((cause: unknown) => {
      throw isMissing(cause) ? new LongshoreError('LS_LOG_NOT_FOUND', `there is no log ${name}`, { cause }) : cause
    })
    try {
      const { size } = await file.stat()
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - start)))
      const { bytesRead } = buffer.length === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, buffer.length, start)
      return { bytes: buffer.subarray(0, bytesRead), size }
    } finally {
      await file.close()
    }
  }

  async size(name: string): Promise<number | null> {
    try {
      return (await stat(this.#pathOf(name))).size
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true })
  }

  async #openForWriting(path: string): Promise<FileHandle> {
    // Neither 'a' (ignores positions) nor 'w' (empties the file); created when missing.
    const openAny = async (): Promise<FileHandle> => open(path, 'r+').catch((error: unknown) => {
      if (isMissing(error)) return open(path, 'wx+', 0o640)
      throw error
    })
    return openIn(dirname(path), openAny)
  }

  /** The directories are walked; files are looked at only when their names are those of drafts. */
  async removeDrafts(unchangedFor: number): Promise<void> {
    await removeDraftsBelow(this.#root, Date.now() - unchangedFor)
  }

  #pathOf(name: string): string {
    checkLogName(name)
    const path = join(this.#root, name + EXTENSION)
    if (!path.startsWith(this.#root + sep)) throw new LongshoreError('LS_LOG_NOT_FOUND', `'${name}' is not the name of a log`)
    return path
  }
}

/** Opens a file in a directory that is made when it is missing, which it seldom is. */
const openIn = (directory: string, openFile: () => Promise<FileHandle>): Promise<FileHandle> => openFile().catch(async (error: unknown) => {
  if (!isMissing(error)) throw error
  await mkdir(directory, { recursive: true })
  return openFile()
})

async function writeAll(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written)
    written += bytesWritten
  }
}

async function removeDraftsBelow(directory: string, changedBefore: number): Promise<void> {
  const entries = await opendir(directory).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for await (const entry of entries) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await removeDraftsBelow(path, changedBefore)
    else if (DRAFT.test(entry.name) && (await stat(path)).mtimeMs < changedBefore) await rm(path, { force: true })
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
