import { queryOptions, useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import { queryClient } from './query-client.js'
import type { Schema } from './schema.js'

export type Me = Schema<'Me'>
export type Role = Me['grants'][number]['role']
export const ROLES = ['viewer', 'operator', 'author', 'admin'] as const satisfies readonly Role[]

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => ask<Me>('GET', '/auth/me'), staleTime: 60_000 })
export const useMe = () => useQuery(meQuery)

export const changePassword = (body: { readonly current?: string; readonly password: string }): Promise<null> => ask('PUT', '/auth/password', { body })

export const providers = (): Promise<Schema<'LoginProviders'>> => ask('GET', '/auth/providers')
export const signIn = (body: { readonly user: string; readonly password: string } | { readonly code: string }): Promise<null> => ask('POST', '/auth/login', { body })

/** Tells the other pages of this browser that their session has ended too. */
const elsewhere = new BroadcastChannel('longshore.session')

export async function signOut(): Promise<void> {
  await ask('POST', '/auth/logout')
  elsewhere.postMessage('ended')
  leave()
}

/** A page that is loaded anew has nothing left in memory, and no stream open. */
function leave(): void {
  queryClient.clear()
  location.assign('/login')
}

export function leaveWhenSignedOutElsewhere(): () => void {
  elsewhere.addEventListener('message', leave)
  return () => elsewhere.removeEventListener('message', leave)
}
