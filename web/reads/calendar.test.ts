import { expect, it } from 'vitest'
import { dayOf, foldDays, rangesOf, spanOfDays } from './calendar.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

it('days are those of the zone, where its clocks are changed and where it left one out as well', () => {
  const berlin = spanOfDays('Europe/Berlin', '2026-03-28', '2026-03-30')
  expect(berlin.days).toEqual(['2026-03-28', '2026-03-29', '2026-03-30'])
  expect(berlin.starts.map(at => new Date(at).toISOString().slice(0, 16))).toEqual(['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00', '2026-03-30T22:00'])
  expect(berlin.slotMs).toBe(HOUR_MS)
  expect(spanOfDays('UTC', '2026-01-01', '2026-12-31').slotMs).toBe(DAY_MS)
  expect(spanOfDays('Asia/Kathmandu', '2026-01-01', '2026-01-02').slotMs).toBe(HOUR_MS / 4)
  // Samoa went from the 29th of December 2011 to the 31st.
  const samoa = spanOfDays('Pacific/Apia', '2011-12-29', '2011-12-31')
  expect(dayOf(samoa, Date.parse('2011-12-30T10:00:00Z') / samoa.slotMs)).toBe(2)
})

it('each slot counts for its day, and for none outside', () => {
  const span = spanOfDays('UTC', '2026-01-01', '2026-01-03')
  const day = Date.parse('2026-01-01') / DAY_MS
  expect([-1, 0, 1, 2, 3].map(more => dayOf(span, day + more))).toEqual([-1, 0, 1, 2, -1])
  const counted = [{ slot: day + 2, state: 'failed', count: 1 }, { slot: day, state: 'success', count: 3 }, { slot: day, state: 'success', count: 4 }, { slot: day + 3, state: 'success', count: 9 }] as const
  expect(foldDays(span, counted)).toEqual(new Map([[2, { failed: 1 }], [0, { success: 7 }]]))
})

it('days that follow each other are one range', () => {
  const span = spanOfDays('UTC', '2026-01-01', '2026-01-09')
  const at = (day: number): number => Date.parse('2026-01-01') + day * DAY_MS
  expect(rangesOf(span, new Set([8, 2, 1, 4]))).toEqual([[at(1), at(3)], [at(4), at(5)], [at(8), at(9)]])
})

it.each([['2026-02-30', '2026-03-01'], ['2026-01-02', '2026-01-01'], ['2025-01-01', '2026-12-31'], ['2026-13-01', '2026-13-02']])('from %s to %s is no calendar', (first, last) => {
  expect(() => spanOfDays('UTC', first, last)).toThrow(expect.objectContaining({ code: 'LS_REQUEST_INVALID' }))
})
