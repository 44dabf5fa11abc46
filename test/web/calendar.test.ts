import { expect, it } from 'vitest'
import { compileDag } from '../../shared/dag/compile.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { insertRuns, markRunsEnded, markRunsStarted } from '../../shared/database/tables/dag-runs.js'
import { reopenRuns } from '../../shared/database/tables/reruns.js'
import { storeUnscheduledDag } from '../../shared/operations/store-dag.js'
import { CalendarReader } from '../../web/reads/calendar-reader.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'

const ZONE = 'Europe/Berlin'
const [FIRST, LAST] = ['2026-03-01', '2026-05-31']
const DAY_MS = 86_400_000
const DAYS = 92
const RUNS_A_DAY = 2

it.each(DIALECTS)('on %s, a calendar that is kept says what one that is counted anew says, whatever has happened, and what nothing has happened to is not counted again', async dialect => {
  const { database } = await Installation.create(dialect)
  const locate = () => ({ file: 'a.yaml', line: null, column: null })
  const compiled = compileDag({ id: 'sales.load', options: {}, locate, tasks: [{ id: 'one', options: { image: 'x', command: ['x'] }, after: [], locate }] })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
  await storeUnscheduledDag(database, compiled.version, 'a.yaml')
  const { dag_key, version_key } = await until(() => findDag(database, 'sales.load'))
  const add = (name: string, date: number) => ({ dag_key, version_key, run_id: name, type: 'manual' as const, logical_date: date, interval_start: date, interval_end: date, scheduled_for: null, params: '{}', due_at: date })
  const dateOf = (run: number): number => Date.parse(FIRST) + Math.floor(run / RUNS_A_DAY) * DAY_MS + run % RUNS_A_DAY * 23 * 3_600_000
  await insertRuns(database, Array.from({ length: DAYS * RUNS_A_DAY }, (_, run) => add(`r${run}`, dateOf(run))))
  // Long ago.
  await database.query('dag_runs').update({ state: 'success', started_at: 1, ended_at: 2 })
  const keyOf = async (name: string): Promise<number> => (await database.query('dag_runs').where({ run_id: name }).first('run_key') as { run_key: number }).run_key
  const read = (calendars: CalendarReader) => calendars.read(dag_key, ZONE, FIRST, LAST)
  const kept = new CalendarReader(database)
  const seen = await read(kept)
  expect(seen).toHaveLength(DAYS)
  expect(seen.reduce((sum, { counts }) => sum + (counts.success ?? 0), 0)).toBe(DAYS * RUNS_A_DAY - 1)

  const [early, middle] = [await keyOf('r20'), await keyOf('r90')]
  const happens: Readonly<Record<string, () => Promise<void>>> = {
    'a new run for a day of the past': () => insertRuns(database, [add('again', dateOf(10))]),
    'a run is cleared': () => reopenRuns(database, [early], 'queued', 'cleared'),
    'it starts': () => markRunsStarted(database, [{ run_key: early, timeout: null }]),
    'it ends in another way': () => markRunsEnded(database, new Map([[early, 'failed']])),
    'one is marked, and so ends at once': async () => { await reopenRuns(database, [middle], 'running', 'marked'); await markRunsEnded(database, new Map([[middle, 'cancelled']])) },
    'nothing': async () => {},
    'what no transition does, on a day that nobody has a reason to look at': async () => { await database.query('dag_runs').where({ run_id: 'r6' }).update({ state: 'failed' }) },
    'more of it is cleared than is looked at day by day': async () => reopenRuns(database, await Promise.all(Array.from({ length: 45 }, (_, day) => keyOf(`r${day * 4}`))), 'queued', 'cleared'),
  }
  let before = JSON.stringify(seen)
  for (const [what, happen] of Object.entries(happens)) {
    await happen()
    const after = await read(kept)
    const isUnseen = what.startsWith('what no')
    expect(JSON.stringify(after) === before, what).toBe(what === 'nothing' || isUnseen)
    if (!isUnseen) expect(after, what).toEqual(await read(new CalendarReader(database)))
    before = JSON.stringify(after)
  }
}, 120_000)
