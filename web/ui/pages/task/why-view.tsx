import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/ask.js'
import type { Schema } from '../../api/schema.js'
import { Loaded } from '../../kit/waiting.js'

type Reason = Schema<'Why'>['reasons'][number]
const AGAIN_MS = 5_000

interface Asked {
  readonly path: string
  readonly mapIndex: number
  readonly state: string
}

const useWhy = ({ path, mapIndex, state }: Asked) => useQuery({
  queryKey: [path, mapIndex, 'why', state], retry: false, refetchInterval: AGAIN_MS,
  queryFn: ({ signal }) => ask<Schema<'Why'>>('GET', `${path}/why`, { signal, query: { mapIndex: mapIndex < 0 ? null : mapIndex } }),
})

/** What a task waits for, or why it ended as it did, in a sentence. */
export function WhyAnswer(asked: Asked) {
  const { data } = useWhy(asked)
  return data === undefined ? null : <p className="notice">{data.answer}</p>
}

/** The whole chain of it. */
export function WhyView(asked: Asked) {
  return (
    <Loaded query={useWhy(asked)}>{({ answer, reasons }) => (
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
