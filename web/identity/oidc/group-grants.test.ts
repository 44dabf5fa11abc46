import { expect, it } from 'vitest'
import { grantsOfGroups } from './group-grants.js'

it('groups are worth the highest role that a rule gives them in each namespace', () => {
  const rules = ['*=viewer@sales', 'data=operator@sales', 'cn=ops,dc=x=admin@*', 'leads=viewer@sales']
  expect(grantsOfGroups(['data', 'leads'], rules)).toEqual([{ role: 'operator', namespace: 'sales' }])
  expect(grantsOfGroups(['cn=ops,dc=x'], rules)).toEqual([{ role: 'viewer', namespace: 'sales' }, { role: 'admin', namespace: '*' }])
  expect(grantsOfGroups(['dat'], ['data=admin@*'])).toEqual([])
})
