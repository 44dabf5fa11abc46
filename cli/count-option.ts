import { InvalidArgumentError } from 'commander'

/** Reads the value of an option that is a whole number between 1 and `most`. */
export const countUpTo = (most: number) => (text: string): number => {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > most) throw new InvalidArgumentError(`It must be a whole number between 1 and ${most}.`)
  return count
}

/** Reads the value of an option that is a whole number from 0 on. */
export function countFromZero(text: string): number {
  const count = Number(text)
  if (text === '' || !Number.isInteger(count) || count < 0) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return count
}
