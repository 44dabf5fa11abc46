import { queryOptions, useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import { queryClient } from './query-client.js'

export interface Me {
  readonly name: string
}

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => ask<Me>('GET', '/auth/me'), staleTime: 60_000 })
export const useMe = () => useQuery(meQuery)

export const providers = (): Promise<{ readonly oidc?: unknown }> => ask('GET', '/auth/providers')
export const signIn = (body: { readonly user: string; readonly password: string } | { readonly code: string }): Promise<unknown> => ask('POST', '/auth/login', { body })

export async function signOut(): Promise<void> {
  await ask('POST', '/auth/logout')
  queryClient.clear()
  location.assign('/login')
}
