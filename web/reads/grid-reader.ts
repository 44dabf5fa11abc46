import type { Database } from '../../shared/database/database.js'
import type { RunRow } from '../../shared/database/tables/dag-runs.js'
import { gridRuns, readStates } from '../../shared/database/tables/grids.js'
import type { DatedKey } from '../../shared/database/tables/run-pages.js'
import { iso } from '../../shared/time/iso.js'
import { toCursor } from '../http/cursor.js'
import type { Grid, GridRow } from '../schemas/grid.js'
import type { DagFound } from './finder.js'
import { groupRows } from './group-rows.js'
import { cellsOf, foldStates, type RunCells } from './run-cells.js'
import type { Version, Versions } from './versions.js'

interface Kept {
  /** Changes whenever anything in a run that has ended does: it ends anew then. */
  readonly stamp: string
  readonly cells: RunCells
  /** Its letters for the rows that it was shown in last. */
  shown: { readonly rows: readonly GridRow[]; readonly cells: ReturnType<typeof cellsOf> } | null
}

/** Task instances of which states are kept; each takes some ten bytes. */
const MOST_CELLS = 2_000_000

/** Reads the tasks of a DAG by its runs. What has ended is read once. */
export class GridReader {
  /** Least recently used first. */
  readonly #ended = new Map<number, Kept>()
  readonly #rows = new Map<string, readonly GridRow[]>()
  #cells = 0

  constructor(private readonly database: Database, private readonly versions: Versions) {}

  async read({ row, version }: DagFound, before: DatedKey | null, limit: number): Promise<Grid> {
    const found = await gridRuns(this.database, row.dag_key, before, limit + 1)
    const runs = found.slice(0, limit)
    const versions = await this.versions.all(runs.map(({ version_key }) => version_key))
    const cells = await this.#cellsOf(runs)
    const rows = this.#rowsOf(version, [...versions.values()])
    const last = runs.at(-1)
    return {
      dag: row.dag_id, tasks: rows,
      runs: runs.map(run => ({
        run: run.run_id, state: run.state, type: run.type, logicalDate: iso(run.logical_date), startedAt: iso(run.started_at), endedAt: iso(run.ended_at),
        version: versions.get(run.version_key)?.number ?? 0, ...shownIn(rows, cells.get(run.run_key) as Kept),
      })),
      next: found.length > limit && last !== undefined ? toCursor([last.logical_date, last.run_key]) : null,
    }
  }

  /** The states of one run, as they are now. */
  async cellsOfRun(runKey: number): Promise<RunCells> {
    const { single, mapped } = await readStates(this.database, [runKey])
    return foldStates(single, mapped)
  }

  async #cellsOf(runs: readonly RunRow[]): Promise<Map<number, Kept>> {
    const found = new Map<number, Kept>()
    for (const run of runs) {
      const kept = this.#ended.get(run.run_key)
      if (kept === undefined || kept.stamp !== stampOf(run)) continue
      this.#ended.delete(run.run_key)
      this.#ended.set(run.run_key, kept)
      found.set(run.run_key, kept)
    }
    const missing = runs.filter(({ run_key }) => !found.has(run_key))
    const { single, mapped } = await readStates(this.database, missing.map(({ run_key }) => run_key))
    for (const run of missing) {
      const stamp = stampOf(run)
      const isOf = ({ run_key }: { readonly run_key: number }): boolean => run_key === run.run_key
      const kept: Kept = { stamp: stamp ?? '', cells: foldStates(single.filter(isOf), mapped.filter(isOf)), shown: null }
      found.set(run.run_key, kept)
      if (stamp !== null) this.#keep(run.run_key, kept)
    }
    return found
  }

  #keep(runKey: number, kept: Kept): void {
    this.#cells += kept.cells.state.size - (this.#ended.get(runKey)?.cells.state.size ?? 0)
    this.#ended.set(runKey, kept)
    for (const [key, old] of this.#ended) {
      if (this.#cells <= MOST_CELLS || key === runKey) return
      this.#ended.delete(key)
      this.#cells -= old.cells.state.size
    }
  }

  /** The same array for the same versions, so that letters can be kept with it. */
  #rowsOf(newest: Version, shown: readonly Version[]): readonly GridRow[] {
    const earlier = shown.filter(({ key }) => key !== newest.key).sort((a, b) => b.number - a.number)
    const key = [newest, ...earlier].map(version => version.key).join(' ')
    let rows = this.#rows.get(key)
    if (rows === undefined) {
      rows = groupRows(newest.spec, earlier.map(({ spec }) => spec))
      this.#rows.set(key, rows)
      if (this.#rows.size > MOST_ROWS) this.#rows.delete(this.#rows.keys().next().value as string)
    }
    return rows
  }
}

const MOST_ROWS = 100

const stampOf = ({ ended_at, state, version_key }: RunRow): string | null => (ended_at === null || state === 'queued' || state === 'running' ? null : `${version_key} ${state} ${ended_at}`)

function shownIn(rows: readonly GridRow[], kept: Kept): ReturnType<typeof cellsOf> {
  if (kept.shown?.rows !== rows) kept.shown = { rows, cells: cellsOf(rows, kept.cells) }
  return kept.shown.cells
}
