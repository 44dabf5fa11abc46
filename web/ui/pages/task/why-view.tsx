import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/ask.js'
import type { Schema } from '../../api/schema.js'
import { Loaded } from '../../kit/waiting.js'

type Reason = Schema<'Why'>['reasons'][number]
const AGAIN_MS = 5_000

/** The whole chain of what a task waits for, or of why it ended as it did. */
export function WhyView({ path, mapIndex, state }: { readonly path: string; readonly mapIndex: number; readonly state: string }) {
  const query = useQuery({
    queryKey: [path, mapIndex, 'why', state], retry: false, refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => ask<Schema<'Why'>>('GET', `${path}/why`, { signal, query: { mapIndex: mapIndex < 0 ? null : mapIndex } }),
  })
  return (
    <Loaded query={query}>{({ answer, reasons }) => (
      <div className="card why"><div className="body"><p className="answer">{answer}</p><Reasons reasons={reasons} /></div></div>
    )}</Loaded>
  )
}

function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  if (reasons.length === 0) return null
  return (
    <ul>{reasons.map((reason, place) => (
      <li key={place} className={reason.blocks ? 'blocks' : ''}>
        <span>{reason.text}</span> {reason.blocks && <span className="tag">holds it back</span>}
        <Reasons reasons={reason.children} />
      </li>
    ))}</ul>
  )
}
