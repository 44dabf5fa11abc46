import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath, useDag } from '../../api/dags.js'
import type { Schema } from '../../api/schema.js'
import { durationText, Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'

const COMING = 10

export function Details() {
  const { dag } = useParams({ from: '/shell/dags/$dag/details' })
  const query = useDag(dag)
  const schedule = useQuery({ queryKey: [...dagKey(dag), 'schedule'], queryFn: ({ signal }) => ask<{ readonly items: readonly Schema<'DueRun'>[] }>('GET', `${dagPath(dag)}/schedule`, { signal, query: { count: COMING } }) })
  return (
    <Loaded query={query}>{found => (
      <div className="cards wide">
        <section className="card" aria-label="Definition"><h2>Definition</h2><div className="body"><dl className="facts">
          <dt>File</dt><dd className="mono">{found.file}</dd>
          <dt>Version</dt><dd>{found.version} <span className="faint">of {found.versions}</span></dd>
          <dt>Hash</dt><dd className="mono small">{found.hash}</dd>
          <dt>Owner</dt><dd>{found.owner ?? '–'}</dd>
          <dt>Tags</dt><dd><span className="tags">{found.tags.map(tag => <span key={tag} className="tag">{tag}</span>)}</span></dd>
          <dt>Tasks</dt><dd>{found.tasks}</dd>
        </dl></div></section>
        <section className="card" aria-label="Time"><h2>Time</h2><div className="body"><dl className="facts">
          <dt>Schedule</dt><dd>{found.schedule === null ? 'by hand' : <code>{found.schedule}</code>}</dd>
          <dt>Zone</dt><dd>{found.timezone}</dd>
          <dt>From</dt><dd><Time at={found.start} seconds={false} /></dd>
          <dt>Until</dt><dd><Time at={found.end} seconds={false} /></dd>
          <dt>Catches up</dt><dd>{found.catchup ? 'yes' : 'no'}</dd>
          <dt>Deadline</dt><dd>{found.deadline ?? '–'}</dd>
          <dt>Timeout</dt><dd>{durationText(found.timeoutMs)}</dd>
          <dt>Active runs</dt><dd>at most {found.maxActiveRuns}</dd>
          <dt>Active tasks</dt><dd>at most {found.maxActiveTasks}</dd>
        </dl></div></section>
        <section className="card" aria-label="Parameters"><h2>Parameters</h2><div className="body">{Object.keys(found.params).length === 0 ? <p className="dim">None.</p> : (
          <dl className="facts">{Object.entries(found.params).map(([name, spec]) => <div key={name} style={{ display: 'contents' }}><dt className="mono">{name}</dt><dd>{spec.type}{spec.default !== undefined && <span className="faint"> = {JSON.stringify(spec.default)}</span>}{spec.description !== undefined && <div className="small dim">{spec.description}</div>}</dd></div>)}</dl>
        )}</div></section>
        <section className="card" aria-label="Coming runs"><h2>Coming runs</h2><div className="body">
          <Loaded query={schedule} rows={3}>{({ items }) => (items.length === 0 ? <p className="dim">None by its timetable.</p> : <ol className="plain">{items.map(({ dueAt }) => <li key={dueAt}><Time at={dueAt} seconds={false} /> <span className="faint"><Time at={dueAt} relative /></span></li>)}</ol>)}</Loaded>
        </div></section>
      </div>
    )}</Loaded>
  )
}
