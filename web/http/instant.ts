import { parseInstant } from '../../shared/time/iso.js'
import { Problem } from './problem.js'

/** @throws Problem LS_REQUEST_INVALID */
export function readInstant(name: string, text: string, zone: string): number {
  try {
    return parseInstant(text, zone)
  } catch (cause) {
    throw new Problem('LS_REQUEST_INVALID', `${name}: ${(cause as Error).message}`, { cause })
  }
}

export const optionalInstant = (name: string, text: string | undefined, zone = 'UTC'): number | null => (text === undefined ? null : readInstant(name, text, zone))
