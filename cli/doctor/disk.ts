import { access, constants } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { diskRoom, memoryRoom } from '../../worker/health/measures.js'
import { fail, ok, type Check, type Finding } from './check.js'
import { judgeRoom } from './room.js'

export const checkDisk: Check = async ({ config: { stateDir, logStore, minFreeDisk }, role }) => [
  await checkDirectory('state directory', stateDir, minFreeDisk),
  ...(logStore.startsWith('file:') && role !== 'scheduler' ? [await checkDirectory('log store', logStore.slice('file:'.length), minFreeDisk)] : []),
]

export const checkMemory: Check = async ({ config: { minFreeMemory }, role }) =>
  (role === 'scheduler' ? [] : [judgeRoom('memory', '', await memoryRoom(), 'minFreeMemory', minFreeMemory)])

/** A directory that is not there yet is judged by the one in which it would be made. */
async function checkDirectory(check: string, path: string, least: string): Promise<Finding> {
  const wanted = resolve(path)
  const existing = await nearestExisting(wanted)
  try {
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    return fail(check, `${existing} cannot be written: ${(error as Error).message}`, `Let this user write there, or set ${check === 'log store' ? 'logStore' : 'stateDir'} to another directory.`)
  }
  const where = `${wanted}${existing === wanted ? '' : ' (made when it is needed)'}`
  const room = await diskRoom(existing)
  return room === null ? ok(check, where) : judgeRoom(check, where, room, 'minFreeDisk', least)
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await access(path)
    return path
  } catch {
    const parent = dirname(path)
    return parent === path ? path : nearestExisting(parent)
  }
}
