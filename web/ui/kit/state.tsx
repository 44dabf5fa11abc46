import type { ReactElement } from 'react'

/** How a state looks: a colour, and a shape that says the same to who does not see the colour. */
interface Look {
  readonly label: string
  readonly colour: string
  readonly shape: ReactElement
  /** One character where there is no room for a shape. */
  readonly sign: string
}

const disc = <circle cx="7" cy="7" r="6.250" fill="currentColor" />
const on = { fill: 'none', stroke: 'var(--on-state)', strokeWidth: 1.7, strokeLinecap: 'round', strokeLinejoin: 'round' } as const
const ring = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' } as const

const look = (label: string, colour: string, sign: string, shape: ReactElement): Look => ({ label, colour: `var(--s-${colour})`, sign, shape })

export const LOOKS: Readonly<Record<string, Look>> = {
  success: look('success', 'success', '✓', <>{disc}<path d="m4.200 7.300 1.900 1.900 3.700-4.200" {...on} /></>),
  failed: look('failed', 'failed', '✕', <><rect x="1" y="1" width="12" height="12" rx="2.500" fill="currentColor" /><path d="m4.700 4.700 4.600 4.600m0-4.600L4.700 9.300" {...on} /></>),
  running: look('running', 'running', '▸', <><circle cx="7" cy="7" r="5.500" {...ring} opacity="0.300" /><path d="M7 1.500A5.500 5.500 0 0 1 12.500 7" {...ring} className="spin" /><path d="M5.800 4.900v4.200L9.200 7z" fill="currentColor" /></>),
  starting: look('starting', 'starting', '›', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="m6 5 2 2-2 2" {...ring} strokeLinejoin="round" /></>),
  queued: look('queued', 'queued', '…', <>{disc}<path d="M4.200 7h.01M7 7h.01M9.800 7h.01" {...on} strokeWidth="1.900" /></>),
  scheduled: look('scheduled', 'scheduled', '·', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="M4.600 7h.01M7 7h.01M9.400 7h.01" {...ring} /></>),
  up_for_retry: look('up for retry', 'retry', '↻', <path d="M11.900 7A4.900 4.900 0 1 1 10.300 3.400L12 5M12 2v3H9" {...ring} strokeLinejoin="round" />),
  up_for_reschedule: look('waiting', 'reschedule', '◷', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="M7 4v3.200l2 1.200" {...ring} /></>),
  skipped: look('skipped', 'skipped', '–', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="M4.600 7h4.800" {...ring} /></>),
  upstream_failed: look('upstream failed', 'upstream', '▲', <><path d="M7 1.200 13.200 12.400H.8z" fill="currentColor" strokeLinejoin="round" /><path d="M7 5.300v3M7 10.300h.01" {...on} strokeWidth="1.500" /></>),
  cancelled: look('cancelled', 'cancelled', '⊘', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="m3.200 10.800 7.600-7.600" {...ring} /></>),
  none: look('not yet', 'none', '', <circle cx="7" cy="7" r="5.300" {...ring} strokeDasharray="2 2.160" />),
  online: look('online', 'success', '●', disc),
  offline: look('offline', 'cancelled', '○', <circle cx="7" cy="7" r="5.300" {...ring} />),
  paused: look('paused', 'retry', 'Ⅱ', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="M5.600 5v4M8.400 5v4" {...ring} /></>),
  draining: look('draining', 'reschedule', '↓', <><circle cx="7" cy="7" r="5.500" {...ring} /><path d="M7 4.300v5m-2-2 2 2 2-2" {...ring} /></>),
}

export const lookOf = (state: string): Look => LOOKS[state] ?? { ...(LOOKS['none'] as Look), label: state.replaceAll('_', ' ') }

export function StateIcon({ state, size = 14 }: { readonly state: string; readonly size?: number }) {
  const { colour, shape } = lookOf(state)
  return <svg width={size} height={size} viewBox="0 0 14 14" style={{ color: colour }} className="state" data-state={state} aria-hidden="true">{shape}</svg>
}

/** The mark of a state and its name. */
export function StateLabel({ state }: { readonly state: string }) {
  return <span className="badge" data-state={state}><StateIcon state={state} />{lookOf(state).label}</span>
}
