import type { DagFileOutcome, DagVersion } from '../shared/dag/model.js'
import { now, type Database } from '../shared/database/database.js'
import { deactivateDags, lockDag, updateDag } from '../shared/database/tables/dags.js'
import { ensureVersion, readVersion } from '../shared/database/tables/dag-versions.js'
import { forgetFile, listFiles, recordFile } from '../shared/database/tables/dag-files.js'
import { lastScheduledIntervals } from '../shared/database/tables/dag-runs.js'
import { ensureQueues } from '../shared/database/tables/queues.js'
import { timetableOf } from '../shared/time/timetable.js'
import type { SchedulerBus } from './bus.js'
import { nextInterval } from './runs/run-creator.js'

/**
 * Writes what the DAG processor found. A file with problems changes nothing but its list of problems: its last good version
 * stays in force. An unchanged DAG costs one look.
 */
export class DagSync {
  /** Called when a DAG is new or changed: a run may be due, and there may be a new queue. */
  onChanged: () => void = () => {}

  constructor(private readonly database: Database, private readonly bus: SchedulerBus) {}

  async apply(file: string, outcome: DagFileOutcome): Promise<void> {
    if (!outcome.ok) {
      await this.database.transact('record-problems', tx => recordFile(tx, file, outcome.problems))
      for (const { line, task, message } of outcome.problems) this.bus.emit('dag-problem', { file, line, task, message })
      return
    }
    for (const version of outcome.dags) await this.#store(file, version)
    await this.database.transact('record-file', async tx => {
      await recordFile(tx, file, [])
      await deactivateDags(tx, file, outcome.dags.map(({ spec }) => spec.dag))
    })
    this.onChanged()
  }

  async remove(file: string): Promise<void> {
    await this.database.transact('forget-file', async tx => {
      await forgetFile(tx, file)
      await deactivateDags(tx, file, [])
    })
    this.onChanged()
  }

  /** Files that disappeared while no scheduler was looking. */
  async removeAllExcept(present: ReadonlySet<string>): Promise<void> {
    for (const file of await listFiles(this.database)) if (!present.has(file)) await this.remove(file)
  }

  async #store(file: string, version: DagVersion): Promise<void> {
    const { spec } = version
    const stored = await this.database.transact('store-dag', async tx => {
      const row = await lockDag(tx, spec, file)
      const versionKey = await ensureVersion(tx, row.dag_key, version)
      const isChanged = row.version_key !== versionKey || row.is_active === 0 || row.file !== file
      if (isChanged) {
        const last = (await lastScheduledIntervals(tx, [row.dag_key])).get(row.dag_key) ?? null
        await updateDag(tx, row.dag_key, versionKey, spec, file, nextInterval(timetableOf(spec).next(last, await now(tx))))
        await ensureQueues(tx, [...new Set(spec.tasks.map(task => task.queue))])
      }
      return { isChanged, number: (await readVersion(tx, versionKey))?.number ?? 0 }
    })
    this.bus.emit('dag-synced', { dag: spec.dag, file, version: stored.number, changed: stored.isChanged })
  }
}
