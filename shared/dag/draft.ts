/** A DAG as its author wrote it, from TypeScript or YAML alike, before anything is checked. */
export interface DagDraft {
  readonly id: unknown
  /** Every key but the id and the tasks. */
  readonly options: unknown
  readonly tasks: readonly TaskDraft[]
  /** Where a key of the DAG stands, `['params', 'region']`; the DAG itself for keys that are not there. */
  readonly locate: Locate
}

export interface TaskDraft {
  readonly id: unknown
  readonly options: unknown
  /** Upstream ids besides those of the key `after`. */
  readonly after: readonly string[]
  readonly locate: Locate
}

export type KeyPath = readonly (string | number)[]
export type Locate = (path: KeyPath) => SourcePosition

export interface SourcePosition {
  readonly file: string
  /** 1-based. */
  readonly line: number | null
  readonly column: number | null
}
