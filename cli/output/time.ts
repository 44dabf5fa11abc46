export { iso } from '../../shared/time/iso.js'

/** For people: to the second, in UTC. */
export const shown = (instant: number | null): string => (instant === null ? '' : `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}Z`)

/** The same of a time in ISO 8601. */
export const shownTime = (time: string | null): string => shown(time === null ? null : Date.parse(time))

/** For people: three figures are enough. */
export function shownDuration(milliseconds: number | null): string {
  if (milliseconds === null) return ''
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor(whole % 3_600 / 60)} min`
}
