/** Something of this worker's that no attempt may need any more. */
export interface Remnant {
  /** Names it, and whatever would have to change if somebody still worked on it. */
  readonly key: string
  /** The attempt that it belongs to; null for what belongs to none. */
  readonly attempt: string | null
  /** Until when it is kept on purpose, milliseconds since the epoch; null for what is not. */
  readonly keptUntil: number | null
}

export interface ReapQuestion<R extends Remnant> {
  readonly remnants: readonly R[]
  /** What nobody needed at the look before. */
  readonly suspects: ReadonlySet<string>
  /** Whether an intent, an unconfirmed finish or this process knows the attempt. Asked after the remnants were listed. */
  readonly isKnown: (attempt: string) => boolean
  readonly now: number
}

export interface ReapPlan<R extends Remnant> {
  readonly remove: readonly R[]
  /** To be removed at the next look if nobody needs it then. */
  readonly suspects: ReadonlySet<string>
}

/** However long failed containers are to be kept, a task that fails all day must not fill the disk. */
export const MOST_KEPT = 100

/**
 * What is to be removed. Nobody needs it at two looks in a row: what an attempt is making right now is known by the second
 * one, whatever the order in which the first saw things.
 */
export function reapPlan<R extends Remnant>({ remnants, suspects, isKnown, now }: ReapQuestion<R>): ReapPlan<R> {
  const kept = remnants.filter(({ keptUntil }) => keptUntil !== null && keptUntil > now)
    .sort((a, b) => (b.keptUntil as number) - (a.keptUntil as number)).slice(0, MOST_KEPT)
  const attempts = new Set(kept.map(({ attempt }) => attempt))
  const isNeeded = ({ attempt, keptUntil }: R): boolean => keptUntil === null && attempt !== null && (isKnown(attempt) || attempts.has(attempt))
  const unneeded = remnants.filter(remnant => !kept.includes(remnant) && !isNeeded(remnant))
  const remove = unneeded.filter(({ key, keptUntil }) => keptUntil !== null || suspects.has(key))
  return { remove, suspects: new Set(unneeded.filter(remnant => !remove.includes(remnant)).map(({ key }) => key)) }
}
