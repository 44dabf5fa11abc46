import { bytesText } from '../../shared/bytes.js'

/** The least that must be free: bytes, or a part of what there is. */
export type Threshold = { readonly bytes: number } | { readonly part: number }

/** What there is of something, in bytes. */
export interface Room {
  readonly free: number
  readonly total: number
}

/** A quarter more than the least must be free before it counts as enough again, or a worker at the edge would go back and forth. */
const TO_SPARE = 1.25

/** As in the settings: `536870912` or `5%`. */
export function parseThreshold(text: string): Threshold {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  return percent === undefined ? { bytes: Number(text) } : { part: Number(percent) / 100 }
}

/** Why there is too little, for people; null when there is enough. `wasShort` asks for some to spare. */
export function shortage(what: string, { free, total }: Room, threshold: Threshold, setting: string, wasShort: boolean): string | null {
  const least = 'bytes' in threshold ? threshold.bytes : Math.floor(total * threshold.part)
  // Where all that there is would not be enough to spare, half of the rest has to do.
  const wanted = wasShort ? Math.min(least * TO_SPARE, Math.max(least, (least + total) / 2)) : least
  if (free >= wanted) return null
  return `${bytesText(free)} of ${bytesText(total)} are free ${what}, and it takes work with ${bytesText(Math.ceil(wanted))} (${setting})`
}
