import { useQuery } from '@tanstack/react-query'
import { ask } from '../../api/ask.js'
import type { Schema } from '../../api/schema.js'
import { CopyButton } from '../../kit/controls.js'
import { Loaded } from '../../kit/waiting.js'

export function Json({ value, label }: { readonly value: unknown; readonly label: string }) {
  const text = JSON.stringify(value, null, 2)
  return <div className="code card"><CopyButton text={text} /><pre tabIndex={0} role="region" aria-label={label}>{text}</pre></div>
}

const query = (mapIndex: number) => ({ mapIndex: mapIndex < 0 ? null : mapIndex })

/** The specification with its templates filled in, as it went to the worker. */
export function RenderedView({ path, mapIndex }: { readonly path: string; readonly mapIndex: number }) {
  const found = useQuery({ queryKey: [path, mapIndex, 'rendered'], queryFn: ({ signal }) => ask<Schema<'Rendered'>>('GET', `${path}/rendered`, { signal, query: query(mapIndex) }), retry: false })
  return (
    <Loaded query={found}>{({ dispatched, specification }) => (
      <>
        {!dispatched && <p className="notice">It has not been dispatched yet. This is what it would be now.</p>}
        <Json value={specification} label="Rendered specification" />
      </>
    )}</Loaded>
  )
}

export function ResultView({ path, mapIndex }: { readonly path: string; readonly mapIndex: number }) {
  const found = useQuery({ queryKey: [path, mapIndex, 'result'], queryFn: ({ signal }) => ask<{ readonly result: unknown }>('GET', `${path}/result`, { signal, query: query(mapIndex) }), retry: false })
  return <Loaded query={found}>{({ result }) => <Json value={result} label="Result" />}</Loaded>
}
