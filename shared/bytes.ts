const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A size for people: `511 MiB`, `1.5 GiB`; never rounded up, so that less than a limit never reads as the limit. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value)} ${UNITS[power]}`
}
