import { LongshoreError } from '../shared/errors.js'
import { isDuration, parseDuration } from '../shared/time/duration.js'
import { parseInstant } from '../shared/time/iso.js'

/**
 * Reads `24h` (so long ago) or a date in UTC.
 * @throws LongshoreError LS_USAGE
 */
export function readSince(text: string, now: number, option = '--since'): number {
  try {
    return isDuration(text) ? now - parseDuration(text) : parseInstant(text, 'UTC')
  } catch (cause) {
    throw new LongshoreError('LS_USAGE', `${option}: ${(cause as Error).message}; or a time back from now, such as 24h`, { cause })
  }
}
