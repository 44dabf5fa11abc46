import type { DagProblem } from '../../shared/dag/model.js'
import type { DagView } from '../../shared/views/dag-view.js'
import type { DueView } from '../../shared/views/due-view.js'
import type { DagListItem } from '../../shared/views/read-dags.js'
import type { SpreadView } from '../../shared/views/spread-view.js'

export interface DueRuns {
  readonly dag: DagView
  /** When this was said, by the clock that decides. */
  readonly at: string
  readonly runs: readonly DueView[]
}

export interface Dags {
  /** With Longshore's own, or without. */
  list(withOwn: boolean): Promise<readonly DagListItem[]>
  /** What is wrong in DAG files. */
  problems(): Promise<readonly DagProblem[]>
  show(dag: string): Promise<DagView>
  next(dag: string, count: number): Promise<DueRuns>
  /** Of the DAGs that match, or of all. */
  spread(pattern: string | null): Promise<SpreadView>
  /** False: it was so already. */
  setPaused(dag: string, isPaused: boolean): Promise<boolean>
}
