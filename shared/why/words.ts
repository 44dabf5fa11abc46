import { bytesText } from '../bytes.js'
import type { AttemptRow } from '../database/tables/attempts.js'
import { formatDuration } from '../time/duration.js'

/** For people: `1h3m`, to the second from one second on. */
export function span(milliseconds: number): string {
  const positive = Math.max(0, Math.round(milliseconds))
  return formatDuration(positive < 1_000 ? positive : Math.round(positive / 1_000) * 1_000)
}

export const iso = (instant: number | null): string | null => (instant === null ? null : new Date(Math.round(instant)).toISOString())

/** For people: to the second, in UTC. */
export const moment = (instant: number): string => `${new Date(Math.round(instant)).toISOString().slice(0, 19).replace('T', ' ')}Z`

/** `in 20s`, or `any moment now` when it is past. */
export const until = (instant: number, now: number): string => (instant <= now ? 'any moment now' : `in ${span(instant - now)}`)

/** `1 task`, `2 tasks` */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`

/** `a, b, c and 4 more` */
export function listed(names: readonly string[], total = names.length, most = 3): string {
  const shown = names.slice(0, most)
  const left = total - shown.length
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ')
}

/** `, after its image was pulled (312 MiB in 41s)`; nothing when it was there. */
export const pullText = ({ pull_ms, pull_bytes }: Pick<AttemptRow, 'pull_ms' | 'pull_bytes'>): string =>
  (typeof pull_ms === 'number' ? `, after its image was pulled (${bytesText(pull_bytes ?? 0)} in ${span(pull_ms)})` : '')

/** `load`, or `load[3]` for an instance of a mapped task. */
export const instanceName = ({ task_id, map_index }: { readonly task_id: string; readonly map_index: number }): string => (map_index < 0 ? task_id : `${task_id}[${map_index}]`)
