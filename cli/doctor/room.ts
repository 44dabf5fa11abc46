import { bytesText } from '../../shared/bytes.js'
import { parseThreshold, shortage, type Room } from '../../worker/health/threshold.js'
import { fail, ok, warn, type Finding } from './check.js'

/** So many times what a worker needs is little. */
const LITTLE = 2

/** Whether there is as much as a worker wants before it takes work, and some more for logs and images to grow. */
export function judgeRoom(check: string, where: string, room: Room, setting: 'minFreeDisk' | 'minFreeMemory', least: string): Finding {
  const threshold = parseThreshold(least)
  const text = `${where}${where === '' ? '' : ', '}${bytesText(room.free)} of ${bytesText(room.total)} free`
  const more = setting === 'minFreeDisk' ? 'Make room, or lower minFreeDisk' : 'Run fewer tasks at once here, or lower minFreeMemory'
  if (shortage('', room, threshold, setting, false) !== null) return fail(check, text, `${more}: with so little a worker takes no work.`)
  const twice = 'bytes' in threshold ? { bytes: threshold.bytes * LITTLE } : { part: Math.min(1, threshold.part * LITTLE) }
  return shortage('', room, twice, setting, false) === null ? ok(check, text) : warn(check, text, `${more}: a worker takes no work with less than ${least.endsWith('%') ? least : bytesText(Number(least))}.`)
}
