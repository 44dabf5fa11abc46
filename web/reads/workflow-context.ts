import type { LogStore } from '../../shared/log-store/log-store.js'
import type { RouteContext } from '../app.js'
import type { CalendarReader } from './calendar-reader.js'
import type { DagDirectory } from './dag-directory.js'
import type { Finder } from './finder.js'
import type { GridReader } from './grid-reader.js'
import type { LogTails } from './log-tails.js'

/** What routes of DAGs, runs and tasks read with. */
export interface WorkflowContext extends RouteContext {
  readonly finder: Finder
  readonly directory: DagDirectory
  readonly grids: GridReader
  readonly calendars: CalendarReader
  readonly store: LogStore
  readonly tails: LogTails
}
