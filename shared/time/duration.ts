const UNITS = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]] as const

const MILLISECONDS: Readonly<Record<string, number>> = Object.fromEntries(UNITS)
const DURATION = /^(?:\d+(?:\.\d+)?(?:d|h|ms|m|s))+$/
const PART = /(\d+(?:\.\d+)?)(d|h|ms|m|s)/g

/** Longer spans are typing errors, and sums with them would leave the range of dates. */
const LONGEST = 100 * 366 * 86_400_000

export const isDuration = (text: string): boolean => DURATION.test(text)

/**
 * Milliseconds of a span such as `500ms`, `30s`, `5m`, `1h30m` or `2d` (a day is 24 hours).
 * @throws RangeError with a message for the person who wrote the text
 */
export function parseDuration(text: string): number {
  if (!isDuration(text)) {
    throw new RangeError(`'${text}' is not a duration; write a number and a unit, for instance 500ms, 30s, 5m, 1h, 1h30m or 2d`)
  }
  let total = 0
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * (MILLISECONDS[unit as string] as number)
  const milliseconds = Math.round(total)
  if (milliseconds > LONGEST) throw new RangeError(`'${text}' is longer than 100 years`)
  return milliseconds
}

/** The shortest text that {@link parseDuration} reads back as the same milliseconds. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.round(milliseconds)
  let text = ''
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(rest / size)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * size
  }
  return text === '' ? '0s' : text
}
