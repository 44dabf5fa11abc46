import { createContext, use, useSyncExternalStore } from 'react'
import { stored } from './stored.js'

export type Zone = 'utc' | 'local' | 'dag'
export const zone = stored<Zone>('longshore.zone', 'local', ['utc', 'local', 'dag'])

/** The zone of the DAG that a page is about. */
export const DagZone = createContext<string | null>(null)

export function useZone(): string {
  const choice = zone.use()
  const ofDag = use(DagZone)
  return zoneName(choice, ofDag)
}

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
const zoneName = (choice: Zone, ofDag: string | null): string => (choice === 'dag' && ofDag !== null ? ofDag : choice === 'utc' ? 'UTC' : localZone())

const formats = new Map<string, Intl.DateTimeFormat>()
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`
  let found = formats.get(key)
  if (found === undefined) formats.set(key, found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options }))
  return found
}

const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const

function parts(at: Date, zone: string): Record<string, string> {
  return Object.fromEntries(format(zone, { ...DAY, ...CLOCK }).formatToParts(at).map(({ type, value }) => [type, value]))
}

export function dayText(iso: string | Date, zone: string): string {
  const { year, month, day } = parts(new Date(iso), zone)
  return `${year}-${month}-${day}`
}

export function timeText(iso: string | Date, zone: string, { seconds = true } = {}): string {
  const { hour, minute, second } = parts(new Date(iso), zone)
  return `${dayText(iso, zone)} ${hour}:${minute}${seconds ? `:${second}` : ''}`
}

export function clockText(iso: string | Date, zone: string): string {
  const { hour, minute, second } = parts(new Date(iso), zone)
  return `${hour}:${minute}:${second}`
}

/** A time in the zone that has been chosen; with how long ago it was as its title. */
export function Time({ at, seconds = true, relative = false }: { readonly at: string | null | undefined; readonly seconds?: boolean; readonly relative?: boolean }) {
  const name = useZone()
  const now = useNow(relative ? 10_000 : 60_000)
  if (at == null) return <span className="faint">–</span>
  const exact = timeText(at, name, { seconds })
  const distance = relativeText(new Date(at).getTime() - now)
  return <time dateTime={at} className="number nowrap" title={relative ? `${timeText(at, name)} ${name}` : `${distance} (${name})`}>{relative ? distance : exact}</time>
}

export function relativeText(ms: number): string {
  const size = Math.abs(ms)
  if (size < 5_000) return 'now'
  const text = size < 60_000 ? `${Math.floor(size / 1_000)} s` : size < 3_600_000 ? `${Math.floor(size / 60_000)} min` : size < 172_800_000 ? `${Math.floor(size / 3_600_000)} h` : `${Math.floor(size / 86_400_000)} days`
  return ms > 0 ? `in ${text}` : `${text} ago`
}

export function durationText(ms: number | null | undefined): string {
  if (ms == null) return '–'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** From a start to an end, or to now while there is none. */
export function Duration({ from, to }: { readonly from: string | null | undefined; readonly to: string | null | undefined }) {
  const now = useNow(from != null && to == null ? 1_000 : 60_000)
  if (from == null) return <span className="faint">–</span>
  return <span className="number nowrap">{durationText(Math.max(0, (to == null ? now : new Date(to).getTime()) - new Date(from).getTime()))}</span>
}

/** One timer for each pace, however many look at it; none while nobody does. */
class Ticker {
  #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setInterval> | undefined
  now = Date.now()
  constructor(private readonly every: number) {}
  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) {
      this.now = Date.now()
      this.#timer = setInterval(() => { this.now = Date.now(); for (const each of this.#listeners) each() }, this.every)
    }
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener); if (this.#listeners.size === 0) clearInterval(this.#timer) }
  }
}
const tickers = new Map<number, Ticker>()

export function useNow(every: number): number {
  let ticker = tickers.get(every)
  if (ticker === undefined) tickers.set(every, ticker = new Ticker(every))
  const { subscribe } = ticker
  const read = () => tickers.get(every)?.now ?? 0
  return useSyncExternalStore(subscribe, read)
}
