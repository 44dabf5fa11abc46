import { ROLES, type Role } from '../../api/me.js'
import { Icon } from '../../kit/icon.js'

export interface Grant {
  readonly role: Role
  readonly namespace: string
}

/** Roles, each in a namespace; `*` is everywhere. */
export function GrantsField({ label, grants, onChange }: { readonly label: string; readonly grants: readonly Grant[]; readonly onChange: (grants: readonly Grant[]) => void }) {
  const set = (place: number, part: Partial<Grant>) => onChange(grants.map((grant, at) => (at === place ? { ...grant, ...part } : grant)))
  return (
    <fieldset className="grants">
      <legend>{label}</legend>
      {grants.map(({ role, namespace }, place) => (
        <div key={place}>
          <select className="input" aria-label="Role" value={role} onChange={({ target }) => set(place, { role: ROLES.find(one => one === target.value) ?? 'viewer' })}>{ROLES.map(one => <option key={one}>{one}</option>)}</select>
          <span className="faint">in</span>
          <input className="input" aria-label="Namespace" required value={namespace} onChange={({ target }) => set(place, { namespace: target.value })} />
          <button type="button" className="button quiet icon" aria-label="Remove this role" onClick={() => onChange(grants.filter((_, at) => at !== place))}><Icon name="trash" size={14} /></button>
        </div>
      ))}
      <button type="button" className="button" onClick={() => onChange([...grants, { role: 'viewer', namespace: '*' }])}><Icon name="plus" size={14} />Role</button>
    </fieldset>
  )
}

export const GrantTags = ({ grants }: { readonly grants: readonly Grant[] }) => <span className="tags">{grants.map(({ role, namespace }) => <span key={`${role} ${namespace}`} className="tag">{role}{namespace === '*' ? ' everywhere' : ` in ${namespace}`}</span>)}</span>
