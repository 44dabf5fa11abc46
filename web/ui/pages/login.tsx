import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type FormEvent } from 'react'
import { providers, signIn } from '../api/me.js'
import { ApiProblem } from '../api/problem.js'
import { queryClient } from '../api/query-client.js'
import { Field } from '../kit/controls.js'
import { ProblemBox } from '../kit/problem-box.js'

/** Only a path of this site: a link must not lead elsewhere after the login. */
const ownPath = (next: string | undefined): string => (next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/')

/** What a login through a provider ended with. The address carries only the code: its text could be anybody's. */
const PROVIDER_PROBLEMS: Readonly<Record<string, readonly [string, string]>> = {
  LS_LOGIN_FAILED: ['The login took too long, or was begun in another browser.', 'Begin it again.'],
  LS_LOGIN_PROVIDER: ['The identity provider did not let you in, or does not answer.', 'Try again; if it stays, tell an admin.'],
  LS_NOT_ALLOWED: ['You are signed in there, but none of your groups has a role here.', 'Ask an admin for one.'],
  LS_USER_EXISTS: ['There is a user of your name here who does not come from that provider.', 'Sign in with the password, or ask an admin to remove that user.'],
}

function providerProblem(code: string | undefined): ApiProblem | null {
  if (code === undefined) return null
  const [message, hint] = PROVIDER_PROBLEMS[code] ?? ['The login did not work.', 'Try again; if it stays, tell an admin.']
  return new ApiProblem(0, /^LS_\w{1,40}$/.test(code) ? code : 'LS_LOGIN_FAILED', message, hint)
}

export function LoginPage() {
  const { next, code, problem } = useSearch({ from: '/login' })
  const navigate = useNavigate()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const offered = useQuery({ queryKey: ['providers'], queryFn: providers, retry: false, staleTime: Infinity })
  const login = useMutation({
    meta: { told: true },
    mutationFn: signIn,
    onSuccess: async () => {
      queryClient.clear()
      await navigate({ href: ownPath(next), replace: true })
    },
  })
  const { mutate } = login
  // Nothing is done by opening an address: a link of somebody else would sign people in as that one, and they would work in that name.
  const isByCode = code !== undefined && !login.isError
  useEffect(() => { document.title = 'Sign in · Longshore' }, [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate(isByCode ? { code } : { user, password })
  }
  const error = login.error ?? (login.isIdle ? providerProblem(problem) : null)
  const byPassword = offered.data?.password !== false
  const oidc = offered.data?.oidc
  return (
    <main className="login">
      <form onSubmit={submit} aria-label="Sign in">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        <h1>Sign in to Longshore</h1>
        {error !== null && <ProblemBox error={error} />}
        {isByCode && <>
          <Field label="One-time code"><input className="input mono" name="code" readOnly value={code} /></Field>
          <p className="faint small">It signs this browser in as the user that it was made for, once. Use it only if it is from your own terminal or from your admin.</p>
          <button type="submit" className="button primary" autoFocus disabled={login.isPending}>{login.isPending ? 'Signing in …' : 'Sign in with the code'}</button>
        </>}
        {byPassword && !isByCode && <>
          <Field label="User"><input className="input" name="user" autoComplete="username" autoFocus required value={user} onChange={({ target }) => setUser(target.value)} /></Field>
          <Field label="Password"><input className="input" name="password" type="password" autoComplete="current-password" required value={password} onChange={({ target }) => setPassword(target.value)} /></Field>
          <button type="submit" className="button primary" disabled={login.isPending}>{login.isPending ? 'Signing in …' : 'Sign in'}</button>
        </>}
        {oidc !== undefined && !isByCode && <>
          {byPassword && <p className="or faint small">or</p>}
          <a className={`button ${byPassword ? '' : 'primary'}`} href={`${oidc.start}?next=${encodeURIComponent(ownPath(next))}`}>{oidc.label}</a>
        </>}
      </form>
    </main>
  )
}
