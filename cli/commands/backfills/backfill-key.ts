import { InvalidArgumentError } from 'commander'

/** Reads the number of a backfill. */
export function backfillKey(text: string): number {
  const key = Number(text)
  if (!Number.isSafeInteger(key) || key < 1) throw new InvalidArgumentError('It must be the number of a backfill, as `longshore backfills list` shows it.')
  return key
}
