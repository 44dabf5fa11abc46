import type { ReactElement } from 'react'

/** Drawn on a grid of 16, 1.5 thick, in the colour of the text beside them. */
const PATHS = {
  overview: <><path d="M2.500 11.500a5.500 5.500 0 1 1 11 0" /><path d="m8 11.500 2.800-3.600M4 13.500h8" /></>,
  dags: <><circle cx="3.500" cy="8" r="1.750" /><circle cx="12.500" cy="3.750" r="1.750" /><circle cx="12.500" cy="12.250" r="1.750" /><path d="M5.200 7.200 10.900 4.500M5.200 8.800l5.700 2.700" /></>,
  runs: <path d="M3 13V8M6.300 13V3M9.700 13V6M13 13V9" />,
  tasks: <path d="M2.500 4h1M6 4h7.500M2.500 8h1M6 8h7.500M2.500 12h1M6 12h7.500" />,
  workers: <><rect x="2.500" y="3" width="11" height="4" rx="1" /><rect x="2.500" y="9" width="11" height="4" rx="1" /><path d="M5 5h.01M5 11h.01" /></>,
  queues: <path d="M2.500 5h11M2.500 8h8M2.500 11h5M12 9.500v4m-2-2 2 2 2-2" />,
  health: <path d="M1.500 8.500h3l2-5 3 9 2-4h3" />,
  pools: <><path d="M2 5.500c2 0 2-1.500 4-1.500s2 1.500 4 1.500 2-1.500 4-1.500" /><path d="M2 9c2 0 2-1.500 4-1.500S8 9 10 9s2-1.500 4-1.500M2 12.500c2 0 2-1.500 4-1.500s2 1.500 4 1.500 2-1.500 4-1.500" /></>,
  backfills: <path d="M2.500 8a5.500 5.500 0 1 0 2-4.250L2.500 5.500m0-3v3h3M8 5v3.200l2 1.300" />,
  assets: <><path d="M8 1.800 13.500 5v6L8 14.200 2.500 11V5z" /><path d="M2.500 5 8 8.200 13.500 5M8 8.200v6" /></>,
  users: <><circle cx="6" cy="5.500" r="2.500" /><path d="M1.500 13c.4-2.600 2.200-4 4.500-4s4.100 1.400 4.500 4M10.500 3.200a2.500 2.500 0 0 1 0 4.600M12 9.400c1.400.6 2.300 1.900 2.500 3.600" /></>,
  tokens: <><circle cx="5" cy="11" r="2.500" /><path d="m6.800 9.200 6.200-6.200m-2.500 2.500 2 2" /></>,
  audit: <path d="M4 2h5.500L12.500 5v9H4zM9 2v3.500h3.500M6 8.500h4M6 11h4" />,
  problems: <path d="M8 2.200 14.500 13.500h-13zM8 6.500v3.300M8 11.700h.01" />,
  search: <><circle cx="7" cy="7" r="4.250" /><path d="m10.200 10.200 3.300 3.300" /></>,
  play: <path d="M4.500 2.800v10.400L13 8z" fill="currentColor" />,
  pause: <path d="M5.500 3v10M10.500 3v10" />,
  menu: <path d="M2 4.500h12M2 8h12M2 11.500h12" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  right: <path d="m6 3.500 4.500 4.500L6 12.500" />,
  left: <path d="M10 3.500 5.500 8l4.500 4.500" />,
  down: <path d="M3.500 6 8 10.500 12.500 6" />,
  up: <path d="M3.500 10 8 5.500l4.500 4.500" />,
  sun: <><circle cx="8" cy="8" r="2.750" /><path d="M8 1.500v1.200M8 13.300v1.200M1.500 8h1.200M13.300 8h1.200M3.400 3.400l.9.900M11.700 11.700l.9.900M12.600 3.400l-.9.900M4.300 11.700l-.9.900" /></>,
  moon: <path d="M13.500 9.500A5.800 5.800 0 0 1 6.500 2.500a5.800 5.800 0 1 0 7 7z" />,
  system: <><rect x="2" y="3" width="12" height="8" rx="1" /><path d="M5.500 13.500h5" /></>,
  copy: <><rect x="5.500" y="5.500" width="8" height="8" rx="1.500" /><path d="M10.500 5.500v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" /></>,
  check: <path d="m3 8.500 3.300 3.300L13 4.500" />,
  download: <path d="M8 2.500v7.500m-3-3 3 3 3-3M3 13h10" />,
  clear: <path d="M13.500 8a5.500 5.500 0 1 1-2-4.250L13.500 5.500m0-3v3h-3" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1" />,
  plus: <path d="M8 3v10M3 8h10" />,
  trash: <path d="M2.500 4.500h11M6 4.500v-2h4v2M4 4.500l.7 9h6.600l.7-9" />,
  help: <><circle cx="8" cy="8" r="6" /><path d="M6.200 6.300c0-2.300 3.600-2.200 3.600 0 0 1.500-1.800 1.500-1.800 2.900M8 11.300h.01" /></>,
  leave: <path d="M6.500 2.500h-4v11h4M6 8h7.500m-3-3 3 3-3 3" />,
  wrap: <path d="M2.500 4h11M2.500 8h9a2.250 2.250 0 0 1 0 4.500H8m2-2-2 2 2 2M2.500 12h3" />,
} as const satisfies Readonly<Record<string, ReactElement>>
export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.500" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">{PATHS[name]}</svg>
  )
}
