import type { DagProblem } from '../../shared/dag/model.js'
import { now } from '../../shared/database/database.js'
import { listProblems } from '../../shared/database/tables/dag-files.js'
import { lastInterval } from '../../shared/database/tables/dags.js'
import { mustFindDag } from '../../shared/operations/find.js'
import { setPaused } from '../../shared/operations/set-paused.js'
import { timetableOf } from '../../shared/time/timetable.js'
import { viewDag, type DagView } from '../../shared/views/dag-view.js'
import { nextRuns, viewDue } from '../../shared/views/due-view.js'
import { readDags, type DagListItem } from '../../shared/views/read-dags.js'
import { readSpread, type SpreadView } from '../../shared/views/spread-view.js'
import type { Dags, DueRuns } from '../ports/dags.js'
import type { Direct } from './direct.js'

export class DirectDags implements Dags {
  constructor(private readonly direct: Direct) {}

  list(withOwn: boolean): Promise<readonly DagListItem[]> {
    return readDags(this.direct.database, withOwn)
  }

  problems(): Promise<readonly DagProblem[]> {
    return listProblems(this.direct.database)
  }

  async show(dag: string): Promise<DagView> {
    return viewDag(await mustFindDag(this.direct.database, dag))
  }

  async next(dag: string, count: number): Promise<DueRuns> {
    const { database } = this.direct
    const found = await mustFindDag(database, dag)
    const at = await now(database)
    const runs = [...nextRuns(timetableOf(found.spec).next, lastInterval(found.row), at, count)]
    return { dag: viewDag(found), at: new Date(at).toISOString(), runs: runs.map(run => viewDue(run, found.spec.timezone)) }
  }

  spread(pattern: string | null): Promise<SpreadView> {
    return readSpread(this.direct.database, { pattern, sees: () => true })
  }

  setPaused(dag: string, isPaused: boolean): Promise<boolean> {
    return this.direct.operate({ action: isPaused ? 'dag.pause' : 'dag.unpause', dag }, () => setPaused(this.direct.database, dag, isPaused))
  }
}
