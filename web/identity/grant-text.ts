import { LongshoreError } from '../../shared/errors.js'
import { suggest } from '../../shared/suggest.js'
import { EVERYWHERE, ROLES, type Grant, type Role } from './access.js'

const NAMESPACE = /^[a-zA-Z0-9_-]{1,200}$/

/** @throws LongshoreError LS_USAGE */
export function readRole(text: string): Role {
  const role = ROLES.find(name => name === text)
  if (role !== undefined) return role
  const near = suggest(text, ROLES)
  throw new LongshoreError('LS_USAGE', `there is no role '${text}'${near === null ? '' : `; did you mean '${near}'?`} There are ${ROLES.join(', ')}.`)
}

/** @throws LongshoreError LS_USAGE */
export function readNamespace(text: string): string {
  if (text === EVERYWHERE || NAMESPACE.test(text)) return text
  throw new LongshoreError('LS_USAGE', `'${text}' is no namespace: it is what stands before the first dot of the ids of DAGs, or ${EVERYWHERE} for all`)
}

/** `operator@sales`. */
export const grantText = ({ role, namespace }: Grant): string => `${role}@${namespace}`
