import { useSyncExternalStore, type ReactNode } from 'react'
import { ApiProblem } from '../api/problem.js'
import { Icon } from './icon.js'

interface Toast {
  readonly id: number
  readonly content: ReactNode
}

const LASTS_MS = 8_000
let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

function change(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}
const dismiss = (id: number) => change(toasts.filter(toast => toast.id !== id))

/** Tells what has been done, in the corner, for a while. */
export function tell(content: ReactNode): void {
  const id = ++last
  change([...toasts.slice(-2), { id, content }])
  setTimeout(() => dismiss(id), LASTS_MS)
}

export const tellProblem = (error: unknown): void => tell(error instanceof ApiProblem ? <span>{error.message} <span style={{ opacity: 0.8 }}>{error.hint} ({error.code})</span></span> : String(error))

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, content }) => <div key={id} className="toast"><div>{content}</div><button type="button" aria-label="Dismiss" onClick={() => dismiss(id)}><Icon name="close" size={14} /></button></div>)}
    </div>
  )
}
