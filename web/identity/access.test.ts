import { describe, expect, it } from 'vitest'
import { EVERYWHERE, intersect, may, namespaceOf, namespacesOf, Role } from './access.js'

const sales = (role: Role) => ({ role, namespace: 'sales' })
const all = (role: Role) => ({ role, namespace: EVERYWHERE })

describe('a grant', () => {
  it('allows what lower roles may, in its namespace and in no other', () => {
    expect(may([sales(Role.operator)], Role.viewer, 'sales')).toBe(true)
    expect(may([sales(Role.operator)], Role.operator, 'sales')).toBe(true)
    expect(may([sales(Role.operator)], Role.author, 'sales')).toBe(false)
    expect(may([sales(Role.admin)], Role.viewer, 'ml')).toBe(false)
    expect(may([sales(Role.admin)], Role.viewer, EVERYWHERE)).toBe(false)
    expect(may([all(Role.viewer)], Role.viewer, 'ml')).toBe(true)
    expect(may([], Role.viewer, 'sales')).toBe(false)
  })

  it('is listed by namespace, and as everywhere alone when it is', () => {
    expect(namespacesOf([sales(Role.viewer), { role: Role.admin, namespace: 'ml' }], Role.operator)).toEqual(['ml'])
    expect(namespacesOf([sales(Role.viewer), all(Role.viewer)], Role.viewer)).toEqual([EVERYWHERE])
  })

  it('is worth no more than the token through which it is used, nor the token more than its owner', () => {
    expect(intersect([all(Role.admin)], [sales(Role.operator)])).toEqual([sales(Role.operator)])
    expect(intersect([sales(Role.viewer)], [all(Role.admin)])).toEqual([sales(Role.viewer)])
    expect(intersect([sales(Role.admin)], [{ role: Role.admin, namespace: 'ml' }])).toEqual([])
  })
})

it('the namespace of a DAG is what stands before its first dot', () => {
  expect(['sales.daily', 'sales.eu.daily', 'plain'].map(namespaceOf)).toEqual(['sales', 'sales', 'plain'])
})
