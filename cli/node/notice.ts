import type { Imds } from './imds.js'

/** Why this machine is to go. */
export const NoticeKind = {
  /** AWS takes a spot instance back, two minutes after it has said so. */
  spot: 'spot',
  /** Its autoscaling group wants to end it, and waits until it is told that it may. */
  scaleIn: 'scaleIn',
  /** AWS expects to take a spot instance back soon; nothing is certain, and nothing waits. */
  rebalance: 'rebalance',
} as const
export type NoticeKind = (typeof NoticeKind)[keyof typeof NoticeKind]

export interface Notice {
  readonly kind: NoticeKind
  /** When it is ended whatever it does, milliseconds since the epoch; null: not before it says that it may. */
  readonly endsAt: number | null
}

/** What the metadata service has said, each as it stands there. */
export interface Told {
  /** `spot/instance-action`: JSON; absent until there is a notice. */
  readonly spot: string | null
  /** `autoscaling/target-lifecycle-state`: one word; absent without a group. */
  readonly target: string | null
  /** `events/recommendations/rebalance`: JSON; absent until it is recommended. */
  readonly rebalance: string | null
}

export async function ask(imds: Pick<Imds, 'get'>): Promise<Told> {
  const [spot, target, rebalance] = await Promise.all([imds.get('spot/instance-action'), imds.get('autoscaling/target-lifecycle-state'), imds.get('events/recommendations/rebalance')])
  return { spot, target, rebalance }
}

/** What follows from it; null: it stays. An instance that hibernates or stops is gone for its tasks as well. */
export function noticeOf({ spot, target, rebalance }: Told): Notice | null {
  const endsAt = timeIn(spot)
  if (endsAt !== null) return { kind: NoticeKind.spot, endsAt }
  // Terminated: the hook is over, or there was none.
  if (target === 'Terminated') return { kind: NoticeKind.scaleIn, endsAt: null }
  return timeIn(rebalance) === null ? null : { kind: NoticeKind.rebalance, endsAt: null }
}

function timeIn(text: string | null): number | null {
  if (text === null) return null
  try {
    const { time, noticeTime } = JSON.parse(text) as { time?: unknown; noticeTime?: unknown }
    const at = Date.parse(String(time ?? noticeTime))
    return Number.isNaN(at) ? null : at
  } catch {
    return null
  }
}
