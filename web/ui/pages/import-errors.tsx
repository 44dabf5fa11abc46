import { Link } from '@tanstack/react-router'
import { useLive } from '../api/live.js'
import { usePages } from '../api/pages.js'
import type { Schema } from '../api/schema.js'
import { Loaded, Empty } from '../kit/waiting.js'
import { Page } from '../shell/page.js'

/** What is wrong in DAG files, by file. */
export function ImportErrorsPage() {
  const query = usePages<Schema<'ImportError'>>(['import-errors'], '/import-errors', { limit: 50 })
  useLive('dags', [['import-errors']])
  return (
    <Page crumbs={[{ text: 'Import errors' }]}>
      <header><h1>Import errors</h1></header>
      <Loaded query={query}>{({ pages }) => {
        const files = Map.groupBy(pages.flatMap(({ items }) => items), ({ file }) => file)
        if (files.size === 0) return <Empty title="All files could be read">What is wrong in a DAG file stands here with its line; the last good version stays in force meanwhile.</Empty>
        return [...files].map(([file, errors]) => (
          <section key={file} className="card" aria-label={file}>
            <h2 className="mono">{file}</h2>
            <ul className="body errors">{errors.map(({ line, column, dag, task, message }, place) => (
              <li key={place}>
                <span className="number faint">{line === null ? '' : `${line}${column === null ? '' : `:${column}`}`}</span>
                <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{message}{dag !== null && <> <Link className="tag" to="/dags/$dag" params={{ dag }}>{dag}</Link></>}{task !== null && <> <span className="tag">{task}</span></>}</span>
              </li>
            ))}</ul>
          </section>
        ))
      }}</Loaded>
      {query.hasNextPage && <div className="more"><button type="button" className="button" onClick={() => { void query.fetchNextPage() }}>More</button></div>}
    </Page>
  )
}
