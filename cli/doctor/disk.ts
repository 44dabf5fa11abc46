import { access, constants, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fail, ok, warn, type Check, type Finding } from './check.js'

const GIBIBYTE = 1024 ** 3
const FEW_BYTES = GIBIBYTE
const TOO_FEW_BYTES = GIBIBYTE / 10

export const checkDisk: Check = async ({ config: { stateDir, logStore }, role }) => [
  await checkDirectory('state directory', stateDir),
  ...(logStore.startsWith('file:') && role !== 'scheduler' ? [await checkDirectory('log store', logStore.slice('file:'.length))] : []),
]

/** A directory that is not there yet is judged by the one in which it would be made. */
async function checkDirectory(check: string, path: string): Promise<Finding> {
  const wanted = resolve(path)
  const existing = await nearestExisting(wanted)
  try {
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    return fail(check, `${existing} cannot be written: ${(error as Error).message}`, `Let this user write there, or set ${check === 'log store' ? 'logStore' : 'stateDir'} to another directory.`)
  }
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const text = `${wanted}${existing === wanted ? '' : ' (made when it is needed)'}, ${(free / GIBIBYTE).toFixed(1)} GiB free`
  if (free < TOO_FEW_BYTES) return fail(check, text, 'Make room: a worker that cannot write takes no work.')
  return free < FEW_BYTES ? warn(check, text, 'Make room: logs and images grow.') : ok(check, text)
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
