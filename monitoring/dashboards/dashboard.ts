/** What a dashboard shows, without Grafana's JSON: `npm run dashboards` makes ../grafana/*.json of it. */
export interface Dashboard {
  /** The name of the file, and the address in Grafana. */
  readonly uid: string
  readonly title: string
  readonly meaning: string
  /** Choices at its top, which queries name as "$name". */
  readonly choices?: readonly Choice[]
  readonly rows: readonly Row[]
}

export interface Choice {
  readonly name: string
  readonly label: string
  /** A series; the values are those of its label `name`. */
  readonly series: string
}

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Panel {
  readonly title: string
  /** For whoever sees it for the first time. */
  readonly meaning: string
  /** A line over time unless told; a number; or a bar for each series. */
  readonly kind?: 'timeseries' | 'stat' | 'bargauge'
  /** Of 24 columns; 8 unless told. */
  readonly width?: number
  /** Grafana's name of the unit; a plain number unless told. */
  readonly unit?: 's' | 'bytes' | 'percentunit' | 'reqps' | 'ops' | 'short'
  /** From where on it is yellow, and red. */
  readonly limits?: readonly [yellow: number, red: number]
  /** Red is what is below the limits. */
  readonly lessIsWorse?: boolean
  readonly stacked?: boolean
  readonly queries: readonly Query[]
}

export interface Query {
  readonly expr: string
  /** How a line is called, with labels as {{label}}. */
  readonly legend: string
}

export const query = (expr: string, legend: string): Query => ({ expr, legend })

/** The value below which a share of the observations of a histogram lies. */
export const quantile = (share: number, series: string, selector = '', by = ''): string =>
  `histogram_quantile(${share}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${series}_bucket${selector === '' ? '' : `{${selector}}`}[$__rate_interval])))`

/** Half of them, and 95 of 100. */
export const spread = (series: string, selector = ''): Query[] => [query(quantile(0.5, series, selector), 'half'), query(quantile(0.95, series, selector), '95 of 100')]
