/** A time as Docker writes it, `2026-01-01T00:00:00.5Z`, without loss of its nanoseconds. */
export interface DockerTime {
  /** `sec.nnnnnnnnn`, which is also what Docker takes as `since`. */
  readonly text: string
  readonly milliseconds: number
}

const RFC3339_NANO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

/** Logs hold many lines of one second: its whole part is worked out once. */
let lastSecond = ''
let lastSeconds = 0

/** Null for text that is no time, and for Docker's zero time (year 1), which means "never". */
export function parseDockerTime(text: string): DockerTime | null {
  const match = RFC3339_NANO.exec(text)
  if (match === null) return null
  const [, second = '', fraction = '', zone = 'Z'] = match
  const whole = second + zone
  if (whole !== lastSecond) {
    const milliseconds = Date.parse(whole)
    if (Number.isNaN(milliseconds)) return null
    lastSecond = whole
    lastSeconds = milliseconds / 1000
  }
  if (lastSeconds <= 0) return null
  const nanoseconds = fraction.padEnd(9, '0')
  return { text: `${lastSeconds}.${nanoseconds}`, milliseconds: lastSeconds * 1000 + Number(nanoseconds) / 1e6 }
}
