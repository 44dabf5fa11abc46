import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 }

/** `90d`, `12h` or `30m` as milliseconds; `never` is null. */
export function readLifetime(text: string): number | null {
  if (text === 'never') return null
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (count === undefined || Number(count) === 0) throw new InvalidArgumentError('It must be such as 90d, 12h or 30m, or never.')
  return Number(count) * (UNITS[unit] ?? 0)
}
