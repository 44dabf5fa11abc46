import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DASHBOARDS } from '../../monitoring/dashboards/dashboards.js'

export const ROOT = join(import.meta.dirname, '../..')

/** What other programs tell, as far as rules and dashboards ask for it: node_exporter, the push gateway, blackbox_exporter, Prometheus, Node.js. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  up: [], ALERTS: ['alertname', 'alertstate', 'severity'], process_start_time_seconds: [], process_cpu_seconds_total: [], process_resident_memory_bytes: [], nodejs_eventloop_lag_p99_seconds: [],
  node_cpu_seconds_total: ['cpu', 'mode'], node_memory_MemAvailable_bytes: [], node_memory_MemTotal_bytes: [], node_timex_offset_seconds: [],
  node_filesystem_avail_bytes: ['mountpoint', 'fstype', 'device'], node_filesystem_size_bytes: ['mountpoint', 'fstype', 'device'], node_filesystem_files: ['mountpoint', 'fstype', 'device'], node_filesystem_files_free: ['mountpoint', 'fstype', 'device'],
  push_time_seconds: ['exported_job'], push_failure_time_seconds: ['exported_job'], probe_ssl_earliest_cert_expiry: [],
}
const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'by', 'on', 'without', 'ignoring', 'group_left', 'group_right'])
/** What Prometheus adds to all. */
const SCRAPED = ['job', 'instance', 'pool', 'node']

/** Labels of each series that can be asked for, from the tables of docs/metrics.md. */
export function knownSeries(): Map<string, ReadonlySet<string>> {
  const known = new Map(Object.entries(OTHERS).map(([name, labels]) => [name, new Set([...labels, ...SCRAPED])]))
  for (const [, name = '', type, labels = ''] of readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| (\w+) \| ([^|]*) \|/gm)) {
    const own = new Set([...labels.replaceAll(/[`\s]/g, '').split(',').filter(label => label !== ''), ...SCRAPED])
    if (type !== 'histogram') known.set(name, own)
    else for (const part of ['bucket', 'sum', 'count']) known.set(`${name}_${part}`, new Set([...own, ...(part === 'bucket' ? ['le'] : [])]))
  }
  return known
}

/** What a query asks for that nobody tells: series, and labels that none of its series has. `promtool` holds it to the grammar. */
export function unknownIn(query: string, known: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const bare = query.replaceAll(/"[^"]*"/g, '""')
  const names = [...new Set(bare.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ').match(/\b[a-zA-Z_:][\w:]*\b(?!\s*\()/g) ?? [])].filter(name => !KEYWORDS.has(name))
  const problems = names.filter(name => !known.has(name)).map(name => `no series ${name}`)
  if (names.length === 0) problems.push('it asks for nothing')
  for (const [, name = '', labels = ''] of bare.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)) {
    for (const [, label = ''] of labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) if (known.get(name)?.has(label) === false) problems.push(`${name} has no label ${label}`)
  }
  const all = new Set(names.flatMap(name => [...known.get(name) ?? []]))
  for (const [, labels = ''] of bare.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)) {
    for (const label of labels.split(',').map(text => text.trim()).filter(text => text !== '')) if (!all.has(label)) problems.push(`nothing in it has a label ${label}`)
  }
  return problems
}

/** A query as Prometheus gets it: Grafana's variables have values. */
export const withValues = (query: string): string => query.replaceAll('$__rate_interval', '1m').replaceAll(/"\$\w+"/g, '".*"')

export const dashboardQueries = (): { readonly where: string; readonly query: string }[] =>
  DASHBOARDS.flatMap(({ title, rows }) => rows.flatMap(({ panels }) => panels.flatMap(panel => panel.queries.map(({ expr }) => ({ where: `${title}: ${panel.title}`, query: withValues(expr) })))))
