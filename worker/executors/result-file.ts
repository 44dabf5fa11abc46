import { constants } from 'node:fs'
import { chmod, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson } from '../../shared/parse-json.js'
import { MAX_RESULT_BYTES } from '../../shared/protocol/events.js'
import type { Mask } from '../logs/mask.js'
import type { TaskRef } from './executor.js'

/** Name of the file that LONGSHORE_RESULT leads to. */
export const RESULT_FILE = 'result.json'

/** The only place of an attempt's directory that its task may write to. */
export const outputDirectory = ({ directory }: TaskRef): string => join(directory, 'output')

export async function makeOutputDirectory(task: TaskRef): Promise<void> {
  await mkdir(outputDirectory(task), { recursive: true })
  // Whatever user the task runs as must be able to write there; the directory above is closed to everybody else.
  await chmod(outputDirectory(task), 0o777)
}

export interface TaskResult {
  /** JSON text, or null. */
  readonly json: string | null
  /** What was wrong with the file, for people. */
  readonly problem: string | null
}

/**
 * The result that a task left. The file was written by the task, so it is not trusted: a symbolic link would read the
 * worker's files, a FIFO would block, and a large file would not fit into an event.
 */
export async function readResult(task: TaskRef, mask: Mask | null = null): Promise<TaskResult> {
  const path = join(outputDirectory(task), RESULT_FILE)
  let file
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { json: null, problem: code === 'ENOENT' ? 'it wrote no result' : code === 'ELOOP' ? 'its result is a symbolic link' : `its result cannot be read: ${code ?? ''}` }
  }
  try {
    const info = await file.stat()
    if (!info.isFile()) return { json: null, problem: 'its result is not a file' }
    if (info.size > MAX_RESULT_BYTES) return { json: null, problem: `its result has ${info.size} bytes, more than ${MAX_RESULT_BYTES}` }
    const written = await file.readFile('utf8')
    parseJson(written)
    const text = mask === null ? written : mask.json(written)
    return Buffer.byteLength(text) > MAX_RESULT_BYTES ? { json: null, problem: `its result has more than ${MAX_RESULT_BYTES} bytes` } : { json: text, problem: null }
  } catch (error) {
    return { json: null, problem: `its result is not JSON: ${(error as Error).message}` }
  } finally {
    await file.close()
  }
}
