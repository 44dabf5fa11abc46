import { bytesText } from '../../shared/bytes.js'

/** What tasks ask for and machines have. Memory is bytes. */
export interface Amount {
  readonly cpus: number
  readonly memory: number
}

export const NOTHING: Amount = { cpus: 0, memory: 0 }

/** What a task asks for: nothing, where it names nothing. */
export const requestOf = ({ cpus, memory }: { readonly cpus: number | null; readonly memory: number | null }): Amount => ({ cpus: cpus ?? 0, memory: memory ?? 0 })

/** Sums of fractions of CPUs are not exact: 0.1 + 0.2 fits into 0.3. */
const EPSILON = 1e-6

const KINDS = ['cpus', 'memory'] as const
export type Kind = (typeof KINDS)[number]

/** The kinds of which more is asked for than there is. Nothing asked for always fits, also where there is less than nothing. */
export const lacking = (request: Amount, free: Amount): Kind[] => KINDS.filter(kind => request[kind] > 0 && request[kind] > free[kind] + EPSILON)

export const plus = (one: Amount, other: Amount): Amount => ({ cpus: one.cpus + other.cpus, memory: one.memory + other.memory })
export const minus = (one: Amount, other: Amount): Amount => ({ cpus: one.cpus - other.cpus, memory: one.memory - other.memory })

/** Without its unit's name: `2`, `3 GiB`. */
export const figure = (kind: Kind, amount: Amount): string => (kind === 'cpus' ? String(Math.round(Math.max(0, amount.cpus) * 100) / 100) : bytesText(Math.max(0, amount.memory)))

/** `1 CPU`, `3 GiB of memory`. */
export function amountText(kind: Kind, amount: Amount): string {
  const value = figure(kind, amount)
  return kind === 'memory' ? `${value} of memory` : `${value} CPU${value === '1' ? '' : 's'}`
}
