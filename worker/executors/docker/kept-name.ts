/**
 * A container that is kept for people after its attempt has failed says in its name until when. Labels cannot be changed
 * once a container is made, and a note elsewhere could be lost while the container stays.
 */
const KEPT = /-kept-until-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

const SECOND_MS = 1_000

/** `until` in milliseconds since the epoch; whole seconds are written, rounded up. */
export function keptName(name: string, until: number): string {
  const time = new Date(Math.ceil(until / SECOND_MS) * SECOND_MS).toISOString()
  return `${name}-kept-until-${time.slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** Until when the container of this name is kept; null for one that is not kept. */
export function keptUntil(name: string): number | null {
  const [, year, month, day, hour, minute, second] = KEPT.exec(name) ?? []
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}
