import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { changePassword, meQuery, type Me } from '../api/me.js'
import { queryClient } from '../api/query-client.js'
import { Field } from '../kit/controls.js'
import { Dialog } from '../kit/dialog.js'
import { ProblemBox } from '../kit/problem-box.js'
import { tell } from '../kit/toasts.js'
import { GrantTags } from '../pages/admin/grants-field.js'

/** Who is signed in, what they may, and their password. */
export function AccountDialog({ me: { name, grants, kind, password: hasPassword }, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useMutation({
    meta: { told: true }, mutationFn: () => changePassword({ ...(hasPassword && { current }), password }),
    onSuccess: () => {
      void queryClient.invalidateQueries(meQuery)
      tell('The password is changed; every other session has ended.')
      onClose()
    },
  })
  const submit = (event: FormEvent) => { event.preventDefault(); change.mutate() }
  return (
    <Dialog title={name} onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">
          {change.isError && <ProblemBox error={change.error} />}
          <div>{grants.length === 0 ? <p className="dim">No role anywhere: ask an admin for one.</p> : <GrantTags grants={grants} />}</div>
          {kind === 'user' && <>
            {hasPassword && <Field label="Password now"><input className="input" name="current" type="password" autoComplete="current-password" required value={current} onChange={({ target }) => setCurrent(target.value)} /></Field>}
            <Field label="New password" hint="At least 10 characters."><input className="input" name="password" type="password" autoComplete="new-password" required minLength={10} value={password} onChange={({ target }) => setPassword(target.value)} /></Field>
          </>}
        </div>
        <footer><button type="button" className="button" onClick={onClose}>Close</button>{kind === 'user' && <button type="submit" className="button primary" disabled={change.isPending}>Change the password</button>}</footer>
      </form>
    </Dialog>
  )
}
