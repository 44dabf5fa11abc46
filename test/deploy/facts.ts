/**
 * What was seen of an installation while things were done to it, each by who sees it first hand: the Docker of each node, the tasks
 * themselves, the database, the log store, and somebody who asks the web process all the time. The checks take nothing else.
 */
export interface Facts {
  readonly containers: readonly ContainerFact[]
  readonly attempts: readonly AttemptFact[]
  readonly ledger: readonly LedgerFact[]
  /** Lines of stored logs, by attempt. */
  readonly logs: ReadonlyMap<string, readonly string[]>
  readonly runs: readonly RunFact[]
  /** DAGs and whether they are paused. */
  readonly paused: ReadonlyMap<string, boolean>
  readonly requests: RequestFacts
}

/** A container of a task that a node's Docker has started. */
export interface ContainerFact {
  readonly node: string
  readonly id: string
  /** `<task instance>.<fence>`, as its label says. */
  readonly attempt: string
  /** Null: Docker has not told its end, since it runs or ended while Docker was restarted. */
  readonly exitCode: number | null
}

/** A row of the database. */
export interface AttemptFact {
  readonly attempt: string
  readonly dag: string
  readonly run: string
  readonly state: string
  readonly reason: string | null
  readonly exitCode: number | null
  readonly container: string | null
  readonly digest: string | null
  readonly queuedAt: number
  readonly startedAt: number | null
  readonly worker: string | null
  readonly log: string
}

/** A line that a task wrote into the file that all tasks share. */
export interface LedgerFact {
  readonly type: 'start' | 'end'
  readonly attempt: string
}

export interface RunFact {
  readonly dag: string
  readonly run: string
  readonly type: string
  readonly state: string
  /** The schedule's date, in milliseconds; null for a run that somebody asked for. */
  readonly date: number | null
}

export interface RequestFacts {
  readonly answered: number
  /** What was asked and what came instead of an answer. */
  readonly failed: readonly string[]
}

/** A container that runs, as Docker shows it. */
export interface RunningFact {
  readonly node: string
  readonly id: string
  readonly pid: number
  readonly attempt: string
}
