import { describe, expect, it } from 'vitest'
import type { Unit } from './host.js'
import { judge, whyNotYet } from './proof.js'
import { parseEnvironment, parseProperties, undoAfter, unitOf } from './systemd-text.js'

const worker: Unit = { name: 'longshore-worker@etl.service', role: 'worker', pool: 'etl', state: 'active', pid: 8, restarts: 0 }
const before = [{ name: worker.name, pid: 7 }]

describe('a new version', () => {
  it('is proven when everything that ran before runs in new processes and is ready', () => {
    expect(judge(before, [{ unit: worker, notReady: null }], true)).toEqual({ kind: 'proven' })
    expect(judge(before, [{ unit: { ...worker, pid: 7 }, notReady: null }], true)).toMatchObject({ kind: 'pending' })
    expect(judge(before, [{ unit: { ...worker, pid: 7 }, notReady: null }], false)).toEqual({ kind: 'proven' })
    expect(judge(before, [], true)).toMatchObject({ kind: 'pending', why: `${worker.name} does not run` })
    expect(judge(before, [{ unit: worker, notReady: 'no Docker' }], true)).toMatchObject({ kind: 'pending', why: expect.stringContaining('no Docker') as string })
    expect(judge(before, [{ unit: { ...worker, state: 'starting', restarts: 3 }, notReady: null }], true)).toMatchObject({ kind: 'broken' })
  })

  it('has taken over what ran before; tasks that began or ended since change nothing', () => {
    const said = { version: '2.0', active: 2 }
    expect(whyNotYet(said, '2.0', ['a', 'b'], ['a', 'b', 'c', 'd'])).toBeNull()
    expect(whyNotYet(said, '2.0', ['a', 'b', 'c'], ['b'])).toBeNull()
    expect(whyNotYet(said, '2.0', ['a', 'b', 'c'], ['a', 'b', 'c'])).toBe('it has taken over 2 of 3 tasks')
    expect(whyNotYet(said, '2.1', [], [])).toContain('version 2.0')
  })
})

it('what systemd prints of services is understood', () => {
  const text = 'MainPID=8\nNRestarts=0\nId=longshore-worker@etl.service\nLoadState=loaded\nActiveState=active\n\nMainPID=0\nNRestarts=4\nId=longshore-web.service\nLoadState=loaded\nActiveState=activating\n\nMainPID=0\nNRestarts=0\nId=longshore-scheduler.service\nLoadState=not-found\nActiveState=inactive\n'
  expect(parseProperties(text).map(unitOf)).toEqual([worker, { name: 'longshore-web.service', role: 'web', pool: null, state: 'starting', pid: 0, restarts: 4 }, null])
  expect(parseEnvironment('# A=1\nLONGSHORE_QUEUES="etl,ml"\nB=two words \n\'C=3\nD=\'x\'\n')).toEqual({ LONGSHORE_QUEUES: 'etl,ml', B: 'two words', D: 'x' })
})

it('systemd takes an update back after five minutes, or after all that the settings let it take', () => {
  expect(undoAfter(45_000)).toBe(300)
  expect(undoAfter(120_000)).toBe(420)
})
