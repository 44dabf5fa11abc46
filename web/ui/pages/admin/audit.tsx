import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { usePages } from '../../api/pages.js'
import type { Schema } from '../../api/schema.js'
import { Search } from '../../kit/controls.js'
import { List } from '../../kit/list.js'
import { Time } from '../../kit/time.js'
import { Empty } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'

type Entry = Schema<'AuditItem'>

const valueText = (value: unknown): string => (typeof value === 'string' ? value : value === null ? '–' : Array.isArray(value) ? value.join(', ') : JSON.stringify(value))

/** What people and tokens did, newest first. */
export function AuditPage() {
  const { principal, action } = useSearch({ from: '/shell/audit' })
  const navigate = useNavigate({ from: '/audit' })
  const query = usePages<Entry>(['audit'], '/audit', { limit: 100, principal, action })
  const filter = (part: { principal?: string | undefined; action?: string | undefined }) => { void navigate({ search: before => ({ ...before, ...part }), replace: true }) }
  return (
    <Page crumbs={[{ text: 'Audit log' }]}>
      <header><h1>Audit log</h1></header>
      <div className="toolbar">
        <Search label="Who, exactly" value={principal ?? ''} onChange={text => filter({ principal: text === '' ? undefined : text })} />
        {action !== undefined && <button type="button" className="tag" aria-label={`Do not filter by ${action}`} onClick={() => filter({ action: undefined })}>{action} ×</button>}
      </div>
      <List<Entry>
        query={query} label="Audit log" empty={<Empty title="Nothing yet">Everything that somebody changes stands here.</Empty>} columns={['When', 'Who', 'Did', 'To', 'Answer', 'From']}
        row={({ id, at, principal: who, action: did, dag, target, status, code, address }) => (
          <tr key={id}>
            <td data-label="When" className="nowrap"><Time at={at} /></td>
            <td className="name main"><button type="button" className="as-text" onClick={() => filter({ principal: who })}>{who}</button></td>
            <td data-label="Did"><button type="button" className="tag" onClick={() => filter({ action: did })}>{did}</button></td>
            <td data-label="To" className="name"><span className="ellipsis">{dag !== null ? <Link to="/dags/$dag" params={{ dag }}>{dag}</Link> : null} <span className="faint">{Object.entries(target).filter(([name]) => name !== 'dag').map(([name, value]) => `${name} ${valueText(value)}`).join(', ')}</span></span></td>
            <td data-label="Answer" className="number">{status === 0 ? <span className="dim">by command</span> : <span style={status >= 400 ? { color: 'var(--bad)' } : {}}>{status}{code !== null && ` ${code}`}</span>}</td>
            <td data-label="From" className="dim">{address}</td>
          </tr>
        )}
      />
    </Page>
  )
}
