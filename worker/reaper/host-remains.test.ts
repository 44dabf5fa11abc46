import { expect, it } from 'vitest'
import { judge, type Surroundings } from './host-remains.js'

const GONE: Surroundings = { stateDirectory: null, worker: 'away', isLeased: false, isNamed: false, now: 1_000 }
const NOT_KEPT = { keptUntil: null }

it.each<[string, Partial<Surroundings>, boolean]>([
  ['lease is over and whose worker is away', {}, true],
  ['state directory is gone, and whose lease is over', { stateDirectory: false }, true],
  ['state directory is gone, and whose worker is named while its lease is not over yet', { stateDirectory: false, isLeased: true, isNamed: true }, true],
  ['attempt has a lease, although its state directory cannot be seen', { stateDirectory: false, isLeased: true }, false],
  ['worker is unknown and named', { worker: 'unknown', isNamed: true }, true],
  ['state directory is there', { stateDirectory: true, worker: 'unknown', isNamed: true }, false],
  ['worker is online, wherever its directory is', { stateDirectory: false, worker: 'present', isNamed: true }, false],
  ['attempt has a lease', { isLeased: true }, false],
  ['attempt has a lease, although its worker is unknown and named', { worker: 'unknown', isNamed: true, isLeased: true }, false],
  ['worker is unknown: it may be another installation\'s', { worker: 'unknown', stateDirectory: false }, false],
])('what belongs to nobody any more is removable, and nothing else: one whose %s', (_, surroundings, isRemovable) => {
  expect(judge(NOT_KEPT, { ...GONE, ...surroundings }).isRemovable).toBe(isRemovable)
})

it('what is kept for people goes when its time is over', () => {
  expect(judge({ keptUntil: 1_001 }, GONE)).toMatchObject({ isRemovable: false, why: expect.stringContaining('kept until') })
  expect(judge({ keptUntil: 1_000 }, GONE).isRemovable).toBe(true)
})
