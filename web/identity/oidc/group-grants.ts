import { EVERYWHERE, ROLES, type Grant, type Role } from '../access.js'

const RULE = /^(.+)=(\w+)@([^@]+)$/

/** What groups of a provider are worth here, by the rules of `oidcGrants`; in each namespace the highest role. */
export function grantsOfGroups(groups: readonly string[], rules: readonly string[]): Grant[] {
  const best = new Map<string, Role>()
  for (const rule of rules) {
    const [, group, role, namespace] = RULE.exec(rule) as unknown as [string, string, Role, string]
    if (group !== EVERYWHERE && !groups.includes(group)) continue
    const before = best.get(namespace)
    if (before === undefined || ROLES.indexOf(role) > ROLES.indexOf(before)) best.set(namespace, role)
  }
  return [...best].map(([namespace, role]) => ({ role, namespace }))
}
