import { expect, it } from 'vitest'
import type { Rollout } from '../api/health.js'
import { tellingOf } from './rollout-telling.js'

type Node = Rollout['nodes'][number]
const node = (name: string, standing: Node['standing'], wanted: string | null = '2'): Node => ({ node: name, name, roles: [], version: '1', wanted, standing, why: null, lastSeen: '' })
const release = (halted: Rollout['releases'][number]['halted'] = null): Rollout['releases'][number] => ({ role: 'worker', pool: null, version: '2', maxUnavailable: 1, setBy: 'ann', setAt: '', halted })

it('tells of a roll-out that was halted, on which machine and why, of one that goes on, and else nothing', () => {
  const at = '2026-01-01T00:00:00Z'
  expect(tellingOf({ releases: [], nodes: [] })).toBeNull()
  expect(tellingOf({ releases: [release()], nodes: [node('a', 'done'), node('b', 'silent')] })).toBeNull()
  expect(tellingOf({ releases: [release()], nodes: [node('a', 'done'), node('b', 'updating'), node('c', 'waiting')] })).toEqual({ isHalted: false, text: '2 is being rolled out: 1 of 3 machines have it, b is at it.' })
  expect(tellingOf({ releases: [release({ at, by: 'longshore', why: 'node b: it does not start' })], nodes: [node('a', 'done'), node('b', 'failed'), node('c', 'failed', '1')] })).toEqual({ isHalted: true, text: 'The roll-out of 2 is halted on b: it does not start' })
  expect(tellingOf({ releases: [release({ at, by: 'longshore', why: 'node b: it is silent' })], nodes: [] })).toEqual({ isHalted: true, text: 'The roll-out of 2 is halted: node b: it is silent' })
  expect(tellingOf({ releases: [release({ at, by: 'ann', why: null })], nodes: [node('a', 'waiting')] })).toEqual({ isHalted: true, text: 'The roll-out of 2 is halted by ann.' })
})
