import { ROLES, useMe, type Me, type Role } from './me.js'

type Grants = Me['grants']

/** A DAG's namespace is the part of its id before the first dot. */
const namespaceOf = (dag: string): string => dag.split('.', 1)[0] ?? dag
const includes = (role: Role, wanted: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(wanted)

/** What who looks may do. The server decides by the same rules (web/identity/access.ts); pages only offer nothing that it would refuse. */
export interface May {
  readonly inDag: (role: Role, dag: string) => boolean
  /** What belongs to no namespace: queues, workers, pools, users. */
  readonly everywhere: (role: Role) => boolean
  readonly somewhere: (role: Role) => boolean
}

export const mayBy = (grants: Grants): May => ({
  inDag: (wanted, dag) => grants.some(({ role, namespace }) => includes(role, wanted) && (namespace === '*' || namespace === namespaceOf(dag))),
  everywhere: wanted => grants.some(({ role, namespace }) => includes(role, wanted) && namespace === '*'),
  somewhere: wanted => grants.some(({ role }) => includes(role, wanted)),
})

const NOTHING: Grants = []

/** Nothing, until it is known. */
export const useMay = (): May => mayBy(useMe().data?.grants ?? NOTHING)

/** Why somebody may not do something that is shown to them all the same. */
export const needsRole = (role: Role, dag?: string): string => `This needs the role ${role}${dag === undefined ? ' for the whole installation' : ` in ${namespaceOf(dag)}`}.`
