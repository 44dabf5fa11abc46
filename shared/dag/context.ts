/** What templates and LONGSHORE_* variables are made of: one task instance about to be dispatched. */
export interface TaskContext {
  readonly dag: string
  readonly task: string
  readonly runId: string
  readonly mapIndex: number
  readonly tryNumber: number
  readonly fence: number
  readonly attempt: string
  /** Milliseconds since the epoch. */
  readonly logicalDate: number
  readonly dataIntervalStart: number
  readonly dataIntervalEnd: number
  /** Zone of the DAG: `ds` and its kin are dates in it. */
  readonly timezone: string
  readonly params: Readonly<Record<string, unknown>>
  /** Results of upstream tasks that have one, by task id; that of a mapped task is the list of its instances' results. */
  readonly results: Readonly<Record<string, unknown>>
  /** Data interval of the previous successful run, when there is one. */
  readonly previous: { readonly dataIntervalStart: number; readonly dataIntervalEnd: number } | null
  /** What a mapped instance is about; undefined when its task is not mapped. */
  readonly item: unknown
}
