import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { tellProblem } from '../kit/toasts.js'
import { ApiProblem } from './problem.js'

const listeners = new Set<() => void>()
/** Calls back when the server says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** A wrong password is answered alike, to somebody who is signed in. */
const signedOut = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401 && error.code !== 'LS_LOGIN_FAILED'
const noticed = (error: unknown): void => {
  if (signedOut(error)) for (const listener of listeners) listener()
}

/** What will not be different a second later is not asked again. */
const isPassing = (error: unknown): boolean => !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticed }),
  // A form that shows what went wrong says so in its mutation's meta.
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, { meta }) => {
      noticed(error)
      if (!signedOut(error) && meta?.['told'] !== true) tellProblem(error)
    },
  }),
  defaultOptions: { queries: { staleTime: 2_000, retry: (count, error) => isPassing(error) && count < 2, refetchOnWindowFocus: true } },
})
