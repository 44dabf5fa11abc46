import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../../api/ask.js'
import { usePages } from '../../api/pages.js'
import { queryClient } from '../../api/query-client.js'
import type { Schema } from '../../api/schema.js'
import { Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { Icon } from '../../kit/icon.js'
import { List } from '../../kit/list.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { Time } from '../../kit/time.js'
import { Empty } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { GrantsField, GrantTags, type Grant } from './grants-field.js'
import { Secret } from './users.js'

type Token = Schema<'TokenItem'>
const DAY_MS = 86_400_000
const reload = () => queryClient.invalidateQueries({ queryKey: ['tokens'] })

/** The own tokens. */
export function TokensPage() {
  const [isOpen, open] = useState(false)
  const query = usePages<Token>(['tokens'], '/tokens', { limit: 100 })
  const revoke = useMutation({ mutationFn: (token: string) => ask('DELETE', path`/tokens/${token}`), onSuccess: reload })
  return (
    <Page crumbs={[{ text: 'Tokens' }]}>
      <header><h1>Tokens</h1><div className="acts"><button type="button" className="button" onClick={() => open(true)}><Icon name="plus" size={14} />New token</button></div></header>
      <List<Token>
        query={query} label="Tokens" empty={<Empty title="No tokens">A token lets a program use the API as you, and never with more than you may.</Empty>}
        columns={['Name', 'Token', 'Limited to', 'Expires', 'Last used', { name: 'Actions', hidden: true, className: 'tight' }]}
        row={({ token, name, limits, expiresAt, lastUsedAt }) => (
          <tr key={token}>
            <td className="name main">{name}</td>
            <td data-label="Token"><code>{token}</code></td>
            <td data-label="Limited to"><GrantTags grants={limits} /></td>
            <td data-label="Expires">{expiresAt === null ? <span className="dim">never</span> : <Time at={expiresAt} relative />}</td>
            <td data-label="Last used"><Time at={lastUsedAt} relative /></td>
            <td className="tight"><button type="button" className="button danger" disabled={revoke.isPending} aria-label={`Revoke ${name}`} onClick={() => revoke.mutate(token)}>Revoke</button></td>
          </tr>
        )}
      />
      {isOpen && <NewToken onClose={() => open(false)} />}
    </Page>
  )
}

function NewToken({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [limits, setLimits] = useState<readonly Grant[]>([{ role: 'viewer', namespace: '*' }])
  const create = useMutation({ meta: { told: true }, mutationFn: () => ask<Schema<'NewToken'>>('POST', '/tokens', { body: { name, limits, lifetime: days === '' ? null : Number(days) * DAY_MS } }), onSuccess: reload })
  const submit = (event: FormEvent) => { event.preventDefault(); create.mutate() }
  return (
    <Dialog title="New token" onClose={onClose}>
      {create.data !== undefined ? <><div className="body"><Secret text={create.data.secret} note="Copy it now: it is shown only this once." /></div><footer><button type="button" className="button primary" onClick={onClose}>Done</button></footer></> : (
        <form onSubmit={submit}>
          <div className="body">
            {create.isError && <ProblemBox error={create.error} />}
            <Field label="Name" hint="What it is for."><input className="input" name="name" required maxLength={100} value={name} onChange={({ target }) => setName(target.value)} /></Field>
            <Field label="Days that it lives" hint="Left empty: for ever."><input className="input" name="days" type="number" min="1" value={days} onChange={({ target }) => setDays(target.value)} /></Field>
            <GrantsField label="Limited to" grants={limits} onChange={setLimits} />
          </div>
          <footer><button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={create.isPending || limits.length === 0}>Create</button></footer>
        </form>
      )}
    </Dialog>
  )
}
