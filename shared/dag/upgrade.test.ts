import { describe, expect, it } from 'vitest'
import { specOf } from '../../test/harness/drafts.js'
import { upgradeSpec } from './upgrade.js'
import { effectiveWeights } from './weights.js'

const NEW_IN_TASKS = ['pool', 'poolSlots', 'maxActive', 'weightRule', 'dependsOnPast', 'waitForDownstream', 'map', 'branch', 'shortCircuit', 'outlets', 'wait', 'trigger', 'secrets']

const without = (object: object, keys: readonly string[]): object => Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))

describe('a DAG that was stored by the version before', () => {
  const now = specOf({ a: { priorityWeight: 5 }, b: { after: 'a', retries: 2 } })
  const stored = { ...without(now, ['deadline', 'timeout']), v: 1, tasks: now.tasks.map(task => without(task, NEW_IN_TASKS)) }

  it('is read as it was meant, with nothing missing', () => {
    expect(upgradeSpec(stored)).toEqual({ ...now, tasks: now.tasks.map(task => ({ ...task, weightRule: 'absolute' })) })
  })

  it('keeps the weights that it had', () => {
    expect([...effectiveWeights(upgradeSpec(stored)).values()].map(({ weight }) => weight)).toEqual([5, 1])
  })

  it('is itself when it is of this version', () => {
    expect(upgradeSpec(now)).toBe(now)
  })
})
