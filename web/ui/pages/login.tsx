import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { providers, signIn } from '../api/me.js'
import { queryClient } from '../api/query-client.js'
import { Field } from '../kit/controls.js'
import { ProblemBox } from '../kit/problem-box.js'

/** Only a path of this site: a link must not lead elsewhere after the login. */
const ownPath = (next: string | undefined): string => (next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/dags')

export function LoginPage() {
  const { next, code } = useSearch({ from: '/login' })
  const navigate = useNavigate()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const offered = useQuery({ queryKey: ['providers'], queryFn: providers, retry: false, staleTime: Infinity })
  const login = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      queryClient.clear()
      await navigate({ href: ownPath(next), replace: true })
    },
  })
  const used = useRef(false)
  const { mutate } = login
  useEffect(() => { document.title = 'Sign in · Longshore' }, [])
  useEffect(() => {
    if (code === undefined || used.current) return
    used.current = true
    mutate({ code })
  }, [code, mutate])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate({ user, password })
  }
  return (
    <main className="login">
      <form onSubmit={submit} aria-label="Sign in">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        <h1>Sign in to Longshore</h1>
        {login.isError && <ProblemBox error={login.error} />}
        <Field label="User"><input className="input" name="user" autoComplete="username" autoFocus required value={user} onChange={({ target }) => setUser(target.value)} /></Field>
        <Field label="Password"><input className="input" name="password" type="password" autoComplete="current-password" required value={password} onChange={({ target }) => setPassword(target.value)} /></Field>
        <button type="submit" className="button primary" disabled={login.isPending}>{login.isPending ? 'Signing in …' : 'Sign in'}</button>
        {offered.data?.oidc !== undefined && <a className="button" href={`${offered.data.oidc.start}?next=${encodeURIComponent(ownPath(next))}`}>{offered.data.oidc.label}</a>}
      </form>
    </main>
  )
}
