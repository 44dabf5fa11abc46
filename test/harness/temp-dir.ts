import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd } from './cleanup.js'
import { runContext } from './run-context.js'

/** The parent of all temporary folders of a run; what is left in it at the end is a leak. */
export const tempParent = (runFolder: string): string => join(runFolder, 'temp')

/** An empty folder that is gone after the test file. */
export function tempDir(name = 'dir'): string {
  const parent = tempParent(runContext().folder)
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, `${name}-`))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
