import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../../api/ask.js'
import { usePages } from '../../api/pages.js'
import { queryClient } from '../../api/query-client.js'
import type { Schema } from '../../api/schema.js'
import { CopyButton, Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { Icon } from '../../kit/icon.js'
import { List } from '../../kit/list.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { Time } from '../../kit/time.js'
import { Empty } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { GrantsField, GrantTags, type Grant } from './grants-field.js'

type User = Schema<'UserItem'>
const reload = () => queryClient.invalidateQueries({ queryKey: ['users'] })

export function UsersPage() {
  const [edited, edit] = useState<User | 'new' | null>(null)
  const query = usePages<User>(['users'], '/users', { limit: 100 })
  return (
    <Page crumbs={[{ text: 'Users' }]}>
      <header><h1>Users</h1><div className="acts"><button type="button" className="button" onClick={() => edit('new')}><Icon name="plus" size={14} />New user</button></div></header>
      <List<User>
        query={query} label="Users" empty={<Empty title="No users" />} columns={['User', 'Roles', 'Signs in by', 'Since', { name: 'Actions', hidden: true, className: 'tight' }]}
        row={user => (
          <tr key={user.user}>
            <td className="name main">{user.user}</td>
            <td data-label="Roles"><GrantTags grants={user.grants} /></td>
            <td data-label="Signs in by" className="dim">{user.password ? 'password' : 'provider or code'}</td>
            <td data-label="Since"><Time at={user.createdAt} seconds={false} /></td>
            <td className="tight"><button type="button" className="button" aria-label={`Change ${user.user}`} onClick={() => edit(user)}>Change</button></td>
          </tr>
        )}
      />
      {edited === 'new' && <NewUser onClose={() => edit(null)} />}
      {edited !== null && edited !== 'new' && <ChangeUser user={edited} onClose={() => edit(null)} />}
    </Page>
  )
}

function NewUser({ onClose }: { readonly onClose: () => void }) {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [grants, setGrants] = useState<readonly Grant[]>([{ role: 'viewer', namespace: '*' }])
  const create = useMutation({
    meta: { told: true }, mutationFn: () => ask('POST', '/users', { body: { user, password: password === '' ? null : password, grants } }),
    onSuccess: async () => { await reload(); onClose() },
  })
  const submit = (event: FormEvent) => { event.preventDefault(); create.mutate() }
  return (
    <Dialog title="New user" onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">
          {create.isError && <ProblemBox error={create.error} />}
          <Field label="Name"><input className="input" name="user" required autoComplete="off" value={user} onChange={({ target }) => setUser(target.value)} /></Field>
          <Field label="Password" hint="Left empty, the user signs in by a one-time link that you make."><input className="input" name="password" type="password" autoComplete="new-password" value={password} onChange={({ target }) => setPassword(target.value)} /></Field>
          <GrantsField label="Roles" grants={grants} onChange={setGrants} />
        </div>
        <footer><button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={create.isPending}>Create</button></footer>
      </form>
    </Dialog>
  )
}

function ChangeUser({ user: { user, grants: before }, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const [grants, setGrants] = useState<readonly Grant[]>(before.filter(({ source }) => source !== 'oidc'))
  const [password, setPassword] = useState('')
  const fromProvider = before.filter(({ source }) => source === 'oidc')
  const save = useMutation({
    meta: { told: true },
    mutationFn: async () => {
      // What is given comes first: the last admin is never without the role in between.
      for (const { namespace, role } of grants) await ask('PUT', path`/users/${user}/grants/${namespace}`, { body: { role } })
      if (password !== '') await ask('PUT', path`/users/${user}/password`, { body: { password } })
      for (const { namespace, source } of before) if (source !== 'oidc' && !grants.some(grant => grant.namespace === namespace)) await ask('DELETE', path`/users/${user}/grants/${namespace}`)
    },
    onSuccess: async () => { await reload(); onClose() },
  })
  const remove = useMutation({ meta: { told: true }, mutationFn: () => ask('DELETE', path`/users/${user}`), onSuccess: async () => { await reload(); onClose() } })
  const link = useMutation({ meta: { told: true }, mutationFn: () => ask<Schema<'LoginCode'>>('POST', path`/users/${user}/login-code`) })
  const error = save.error ?? remove.error ?? link.error
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate() }
  return (
    <Dialog title={user} onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">
          {error !== null && <ProblemBox error={error} />}
          <GrantsField label="Roles" grants={grants} onChange={setGrants} />
          {fromProvider.length > 0 && <div className="small dim">By the groups of the provider: <GrantTags grants={fromProvider} /></div>}
          <Field label="New password" hint="Left empty, it stays. A new one ends their sessions."><input className="input" name="password" type="password" autoComplete="new-password" value={password} onChange={({ target }) => setPassword(target.value)} /></Field>
          {link.data === undefined ? <div><button type="button" className="button" disabled={link.isPending} onClick={() => link.mutate()}>Make a one-time login link</button></div> : <Secret text={link.data.url} note="Signs this user in once. It is shown only now." />}
        </div>
        <footer><button type="button" className="button danger" style={{ marginRight: 'auto' }} disabled={remove.isPending} onClick={() => remove.mutate()}>Delete</button><button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={save.isPending}>Save</button></footer>
      </form>
    </Dialog>
  )
}

/** Something that is told once. */
export function Secret({ text, note }: { readonly text: string; readonly note: string }) {
  return <div className="notice"><p className="small">{note}</p><div style={{ display: 'flex', alignItems: 'center' }}><code style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{text}</code><CopyButton text={text} /></div></div>
}
