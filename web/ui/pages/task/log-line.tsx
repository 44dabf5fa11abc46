import { memo, type ReactNode } from 'react'
import { ansiPieces, type Piece } from '../../kit/ansi.js'
import { clockText } from '../../kit/time.js'
import type { Line } from './log-lines.js'

interface Shown {
  readonly line: Line
  readonly place: number
  readonly top: number
  /** In lower case; empty: nothing is searched. */
  readonly search: string
  readonly isHit: boolean
  /** Null: without times. */
  readonly zone: string | null
  readonly measure: (element: Element | null) => void
}

export const LogLine = memo(function LogLine({ line: { number, time, stream, text, isError }, place, top, search, isHit, zone, measure }: Shown) {
  return (
    <div ref={measure} data-index={place} className={`log-line${stream === 'stderr' ? ' stderr' : ''}${isError ? ' error' : ''}${isHit ? ' hit' : ''}`} style={{ transform: `translateY(${top}px)` }}>
      <span className="log-number number" aria-hidden="true">{number}</span>
      {zone !== null && <span className="log-time number">{clockText(time, zone)}</span>}
      <span className="log-text">{stream === 'stderr' && <span className="hidden">stderr: </span>}{ansiPieces(text).map((piece, index) => <Part key={index} piece={piece} search={search} />)}</span>
    </div>
  )
})

function Part({ piece: { text, look, colour }, search }: { readonly piece: Piece; readonly search: string }) {
  const content = search === '' ? text : marked(text, search)
  return look === '' && colour === null ? <>{content}</> : <span className={look} style={colour === null ? {} : { color: colour }}>{content}</span>
}

function marked(text: string, search: string): ReactNode {
  const lower = text.toLowerCase()
  const parts: ReactNode[] = []
  let at = 0
  for (let found = lower.indexOf(search); found >= 0; found = lower.indexOf(search, at)) {
    parts.push(text.slice(at, found), <mark key={found}>{text.slice(found, found + search.length)}</mark>)
    at = found + search.length
  }
  parts.push(text.slice(at))
  return parts
}
