import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NODE_ROLES, type NodeRole } from '../protocol/release.js'
import { planRollout, SILENT_MS, SLOT_MS, Standing, type Release, type RolloutNode } from './rollout.js'

const NOW = 1_800_000_000_000
const release = (role: NodeRole, more: Partial<Release> = {}): Release => ({ role, pool: '', version: '2.0', revision: 7, maxUnavailable: 1, isHalted: false, ...more })
const ALL = NODE_ROLES.map(role => release(role))

interface Given { readonly roles?: readonly NodeRole[]; readonly pool?: string; readonly version?: string; readonly failed?: string; readonly doing?: string; readonly grantedAt?: number; readonly silentFor?: number }
const node = (name: string, { roles = ['worker'], pool = 'etl', version = '1.0', failed, doing, grantedAt, silentFor = 0 }: Given = {}): RolloutNode => ({
  report: {
    v: 1, node: name, name, version, roles: roles.map(role => ({ role, pool: role === 'worker' ? pool : null, queues: [] })), doing: doing ?? null, at: 0,
    failed: failed === undefined ? null : { revision: 7, version: '2.0', why: failed },
  },
  lastSeen: NOW - silentFor, granted: grantedAt === undefined ? null : { revision: 7, at: grantedAt },
})
const begun = (releases: readonly Release[], nodes: readonly RolloutNode[]) => planRollout(releases, nodes, NOW).nodes.filter(({ isNew }) => isNew).map(one => one.node)

describe('a roll-out', () => {
  it('reaches web, then schedulers, then workers', () => {
    expect(begun(ALL, [node('w'), node('s', { roles: ['scheduler'] }), node('u', { roles: ['web'] })])).toEqual(['u'])
    expect(begun(ALL, [node('w'), node('s', { roles: ['scheduler'] }), node('u', { roles: ['web'], version: '2.0' })])).toEqual(['s'])
    expect(begun(ALL, [node('w'), node('s', { roles: ['scheduler', 'web'], version: '2.0' })])).toEqual(['w'])
  })

  it('takes so many nodes at once as it may, and no more while one is at it', () => {
    expect(begun(ALL, [node('a'), node('b'), node('c')])).toEqual(['a'])
    expect(begun(ALL, [node('a', { grantedAt: NOW }), node('b'), node('c')])).toEqual([])
    // Installed and not proven yet.
    expect(begun(ALL, [node('a', { grantedAt: NOW, version: '2.0', doing: 'verifies' }), node('b')])).toEqual([])
    expect(begun([release('worker', { maxUnavailable: 2 })], [node('a', { grantedAt: NOW }), node('b'), node('c')])).toEqual(['b'])
  })

  it('halts with the first node that fails, and says why', () => {
    const { nodes, halts } = planRollout(ALL, [node('a', { failed: 'the worker did not become ready' }), node('b')], NOW)
    expect(halts).toEqual([{ version: '2.0', node: 'a', why: 'the worker did not become ready' }])
    expect(nodes).toMatchObject([{ standing: Standing.failed }, { standing: Standing.waiting, waits: 'the roll-out is halted', isNew: false }])
  })

  it('lets a node that failed try again with a new revision', () => {
    expect(begun([release('worker', { revision: 8 })], [node('a', { failed: 'no', grantedAt: NOW })])).toEqual(['a'])
  })

  it('halts when a node has its turn and is not heard of for too long', () => {
    expect(planRollout(ALL, [node('a', { grantedAt: NOW - SLOT_MS - 1 }), node('b')], NOW).halts).toMatchObject([{ node: 'a' }])
  })

  it('waits for nobody whose updater is silent', () => {
    expect(begun(ALL, [node('u', { roles: ['web'], silentFor: SILENT_MS + 1 }), node('w')])).toEqual(['w'])
  })

  it('gives a pool a version of its own, and no node two', () => {
    expect(begun([release('worker', { version: '1.0' }), release('worker', { pool: 'ml' })], [node('a'), node('b', { pool: 'ml' })])).toEqual(['b'])
    expect(planRollout([release('web'), release('scheduler', { version: '1.0' })], [node('a', { roles: ['web', 'scheduler'] })], NOW).nodes).toMatchObject([{ standing: Standing.waiting, waits: expect.stringContaining('different versions') as string, isNew: false }])
  })

  it('never has more nodes of a role at work than it may, never begins halted, and comes to its end', () => {
    const given = fc.array(fc.record({ roles: fc.constantFrom<readonly NodeRole[]>(['web'], ['scheduler'], ['worker'], ['web', 'scheduler']), version: fc.constantFrom('1.0', '2.0') }), { minLength: 1, maxLength: 12 })
    fc.assert(fc.property(given, fc.integer({ min: 1, max: 3 }), (all, most) => {
      let nodes = all.map((one, index) => node(`n${index}`, one))
      const releases = ALL.map(one => ({ ...one, maxUnavailable: most }))
      for (let round = 0; round < 40; round += 1) {
        const { nodes: plans } = planRollout(releases, nodes, NOW)
        const working = plans.filter(({ standing }) => standing === Standing.updating)
        for (const role of NODE_ROLES) expect(working.filter(({ wanted }) => wanted?.role === role).length).toBeLessThanOrEqual(most)
        if (working.length === 0) break
        const done = working[0]?.node
        nodes = nodes.map(one => {
          const plan = plans.find(({ node: id }) => id === one.report.node)
          const granted = plan?.isNew === true ? { revision: 7, at: NOW } : one.granted
          return one.report.node === done ? { ...one, granted, report: { ...one.report, version: '2.0' } } : { ...one, granted }
        })
      }
      expect(nodes.every(({ report }) => report.version === '2.0')).toBe(true)
    }), { numRuns: 60 })
  })
})
