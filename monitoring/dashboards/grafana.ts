import type { Choice, Dashboard, Panel } from './dashboard.js'

/** Of Grafana 10; newer ones bring it up to date when they load it. */
const SCHEMA_VERSION = 39
const COLUMNS = 24
const HEIGHT = { timeseries: 8, stat: 4, bargauge: 8 } as const
const SOURCE = { type: 'prometheus', uid: '${source}' }

/** A dashboard as Grafana reads it from a file. Ids are places: the same description gives the same text. */
export function grafanaDashboard({ uid, title, meaning, choices = [], rows }: Dashboard): object {
  const panels: object[] = []
  let y = 0
  for (const row of rows) {
    panels.push({ id: panels.length + 1, type: 'row', title: row.title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] })
    y += 1
    let x = 0
    let height = 0
    for (const panel of row.panels) {
      const { kind = 'timeseries', width = 8 } = panel
      if (x + width > COLUMNS) {
        y += height
        x = height = 0
      }
      height = Math.max(height, HEIGHT[kind])
      panels.push({ id: panels.length + 1, ...grafanaPanel(panel), gridPos: { x, y, w: width, h: HEIGHT[kind] } })
      x += width
    }
    y += height
  }
  return {
    uid: `longshore-${uid}`, title: `Longshore: ${title}`, description: meaning, tags: ['longshore'], schemaVersion: SCHEMA_VERSION, version: 1, editable: true, graphTooltip: 1, timezone: 'browser',
    refresh: '30s', time: { from: 'now-6h', to: 'now' },
    links: [{ type: 'dashboards', title: 'Longshore', tags: ['longshore'], asDropdown: true, includeVars: true, keepTime: true }],
    templating: { list: [{ name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus', refresh: 1, current: {} }, ...choices.map(grafanaVariable)] },
    annotations: { list: [] }, panels,
  }
}

/** All is chosen until somebody chooses; `.*` also finds what has no such label yet. */
function grafanaVariable({ name, label, series }: Choice): object {
  return {
    name, label, type: 'query', datasource: SOURCE, query: { query: `label_values(${series}, ${name})`, refId: name }, refresh: 2, sort: 1,
    multi: true, includeAll: true, allValue: '.*', current: { text: ['All'], value: ['$__all'] },
  }
}

function grafanaPanel({ title, meaning, kind = 'timeseries', unit = 'short', limits, lessIsWorse = false, stacked = false, queries }: Panel): object {
  const colours = lessIsWorse ? ['red', 'yellow', 'green'] : ['green', 'yellow', 'red']
  const steps = [{ color: limits === undefined ? 'green' : colours[0], value: null }, ...(limits ?? []).map((value, at) => ({ color: colours[at + 1], value }))]
  const custom = { drawStyle: 'line', lineWidth: 1, fillOpacity: stacked ? 40 : 8, showPoints: 'never', spanNulls: false, stacking: { mode: stacked ? 'normal' : 'none', group: 'A' }, thresholdsStyle: { mode: limits === undefined ? 'off' : 'dashed' } }
  return {
    type: kind, title, description: meaning, datasource: SOURCE,
    targets: queries.map(({ expr, legend }, at) => ({ refId: String.fromCharCode(65 + at), datasource: SOURCE, expr, legendFormat: legend, ...(kind === 'timeseries' ? { range: true } : { instant: true }) })),
    fieldConfig: { defaults: { unit, min: 0, thresholds: { mode: 'absolute', steps }, ...(kind === 'timeseries' && { custom }) }, overrides: [] },
    options: OPTIONS[kind],
  }
}

const REDUCED = { calcs: ['lastNotNull'], fields: '', values: false }
const OPTIONS = {
  timeseries: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } },
  stat: { reduceOptions: REDUCED, colorMode: 'value', graphMode: 'area', textMode: 'auto' },
  bargauge: { reduceOptions: REDUCED, orientation: 'horizontal', displayMode: 'basic' },
} as const
