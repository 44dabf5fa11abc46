import { queryOptions, useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import { queryClient } from './query-client.js'
import type { Schema } from './schema.js'

export type Me = Schema<'Me'>
export type Role = Me['grants'][number]['role']
export const ROLES = ['viewer', 'operator', 'author', 'admin'] as const satisfies readonly Role[]

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => ask<Me>('GET', '/auth/me'), staleTime: 60_000 })
export const useMe = () => useQuery(meQuery)

export const providers = (): Promise<Schema<'LoginProviders'>> => ask('GET', '/auth/providers')
export const signIn = (body: { readonly user: string; readonly password: string } | { readonly code: string }): Promise<null> => ask('POST', '/auth/login', { body })

export async function signOut(): Promise<void> {
  await ask('POST', '/auth/logout')
  queryClient.clear()
  location.assign('/login')
}
