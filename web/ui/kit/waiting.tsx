import { useEffect, useState, type ReactNode } from 'react'
import { ProblemBox } from './problem-box.js'

/** What is quick shows no skeleton: it would only flash. */
const PATIENCE_MS = 150

export function Skeletons({ rows = 6 }: { readonly rows?: number }) {
  const [shown, show] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => show(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return null
  return <div className="skeletons" role="status" aria-label="Loading">{Array.from({ length: rows }, (_, row) => <div key={row} className="skeleton" style={{ width: `${88 - (row * 37) % 48}%` }} />)}</div>
}

interface Loading<T> {
  readonly data: T | undefined
  readonly error: unknown
}

/** The data once it is there, what went wrong when it never comes, and meanwhile its place. */
export function Loaded<T>({ query, rows, children }: { readonly query: Loading<T>; readonly rows?: number; readonly children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error !== null && query.error !== undefined) return <ProblemBox error={query.error} />
  return <Skeletons {...(rows !== undefined && { rows })} />
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return <div className="empty"><strong>{title}</strong>{children !== undefined && <p>{children}</p>}</div>
}
