/** What somebody may do, from least to most. Each role may do what those before it may. */
export const Role = {
  /** Reads everything, logs included. */
  viewer: 'viewer',
  /** Triggers, clears, marks, cancels, pauses; with the whole installation as its scope also acts on queues and workers. */
  operator: 'operator',
  /** Brings DAGs and changes pools. */
  author: 'author',
  /** Users, tokens of others, roles, settings. */
  admin: 'admin',
} as const
export type Role = (typeof Role)[keyof typeof Role]

export const ROLES = Object.values(Role)

/** The namespace that stands for all of them, and for what belongs to none: queues, workers, users. */
export const EVERYWHERE = '*'

/** One role in one namespace, or {@link EVERYWHERE}. */
export interface Grant {
  readonly role: Role
  readonly namespace: string
}

/** The part of a DAG's id before its first dot; an id without one is a namespace of its own. */
export const namespaceOf = (dag: string): string => dag.split('.', 1)[0] ?? dag

const includes = (role: Role, wanted: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(wanted)

/** Whether these grants allow a role in a namespace. */
export function may(grants: readonly Grant[], wanted: Role, namespace: string): boolean {
  return grants.some(grant => includes(grant.role, wanted) && (grant.namespace === EVERYWHERE || grant.namespace === namespace))
}

/** The namespaces in which these grants allow a role; {@link EVERYWHERE} alone when it is all of them. */
export function namespacesOf(grants: readonly Grant[], wanted: Role): readonly string[] {
  const names = [...new Set(grants.filter(({ role }) => includes(role, wanted)).map(({ namespace }) => namespace))]
  return names.includes(EVERYWHERE) ? [EVERYWHERE] : names.sort()
}

/** What a grant is worth when it is used through a token that has less: the lower role in the narrower namespace. */
export function intersect(grants: readonly Grant[], limits: readonly Grant[]): Grant[] {
  return grants.flatMap(grant => limits.flatMap(limit => {
    if (grant.namespace !== EVERYWHERE && limit.namespace !== EVERYWHERE && grant.namespace !== limit.namespace) return []
    return [{ role: includes(grant.role, limit.role) ? limit.role : grant.role, namespace: grant.namespace === EVERYWHERE ? limit.namespace : grant.namespace }]
  }))
}
