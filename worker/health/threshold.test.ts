import { expect, it } from 'vitest'
import { parseThreshold, shortage } from './threshold.js'

const MIB = 1024 ** 2
const ask = (free: number, setting: string, wasShort = false, total = 1000): string | null => shortage('on it', { free: free * MIB, total: total * MIB }, parseThreshold(setting), 'minFreeDisk', wasShort)

it('what is short is told with its numbers and its setting', () => {
  expect(ask(99, String(100 * MIB))).toBe('99 MiB of 1000 MiB are free on it, and it takes work with 100 MiB (minFreeDisk)')
  expect(ask(100, String(100 * MIB))).toBeNull()
})

it('a part is a part of all that there is', () => {
  expect(ask(49, '5%')).toContain('with 50 MiB')
  expect(ask(50, '5%')).toBeNull()
})

it('what was short counts as enough only with a quarter to spare, and nothing is ever short of nothing', () => {
  expect(ask(120, String(100 * MIB), true)).toContain('with 125 MiB')
  expect(ask(125, String(100 * MIB), true)).toBeNull()
  expect(ask(0, '0', true)).toBeNull()
})

it('more to spare than there is at all is never asked for', () => {
  expect(ask(960, '90%', true)).toBeNull()
  expect(ask(940, '90%', true)).toContain('with 950 MiB')
})
