import { expect, it } from 'vitest'
import { auditTarget } from './audit-target.js'

it('the audit log tells which way something was changed, never what may be secret, and little of what is long', () => {
  expect(auditTarget({ worker: 'deck' }, { concurrency: null, queues: ['a', 'b'] })).toEqual({ worker: 'deck', concurrency: null, queues: ['a', 'b'] })
  expect(auditTarget({ user: 'ann' }, { user: 'eve', password: 'secret', grants: [{ role: 'admin', namespace: '*' }] })).toEqual({ user: 'ann', grants: ['admin@*'] })
  expect(auditTarget({}, { name: 'x', command: ['secret'], env: { KEY: 'secret' }, params: { key: 'secret' }, payload: 'secret', code: 'secret' })).toEqual({ name: 'x' })
  expect(auditTarget({ dag: 'd' }, { dryRun: true, runs: Array.from({ length: 5_000 }, (_, at) => `r${at}`.padEnd(999, '-')), tasks: { nested: [] } })).toEqual({
    dag: 'd', dryRun: true, runs: [...Array.from({ length: 20 }, (_, at) => `r${at}`.padEnd(250, '-')), 'and 4980 more'], tasks: '…',
  })
  expect(auditTarget({}, { limit: null, run: null, dryRun: false, tasks: [], slots: 0 })).toEqual({ limit: null, slots: 0 })
  for (const body of [undefined, null, 'text', 7, [], { __proto__: { user: 'eve' } }]) expect(auditTarget({ dag: 'd' }, body)).toEqual({ dag: 'd' })
})
