import { relative, resolve } from 'node:path'
import type { DagFileOutcome, DagVersion } from '../shared/dag/model.js'
import { now, type Database } from '../shared/database/database.js'
import { deactivateDags, lastInterval, lockDag, updateDag } from '../shared/database/tables/dags.js'
import { ensureVersion, readVersion } from '../shared/database/tables/dag-versions.js'
import { forgetFile, listFiles, recordFile } from '../shared/database/tables/dag-files.js'
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

  constructor(private readonly database: Database, private readonly bus: SchedulerBus, private readonly directory: string) {}

  async apply(path: string, outcome: DagFileOutcome): Promise<void> {
    const file = this.#nameOf(path)
    if (!outcome.ok) {
      const problems = outcome.problems.map(problem => ({ ...problem, file: this.#nameOf(problem.file) }))
      await this.database.transact('record-problems', tx => recordFile(tx, file, problems))
      for (const { line, task, message } of problems) this.bus.emit('dag-problem', { file, line, task, message })
      return
    }
    for (const version of outcome.dags) await this.#store(file, version)
    await this.database.transact('record-file', async tx => {
      await recordFile(tx, file, [])
      await deactivateDags(tx, file, outcome.dags.map(({ spec }) => spec.dag))
    })
    this.onChanged()
  }

  async remove(path: string): Promise<void> {
    const file = this.#nameOf(path)
    await this.database.transact('forget-file', async tx => {
      await forgetFile(tx, file)
      await deactivateDags(tx, file, [])
    })
    this.onChanged()
  }

  /** Forgets files that disappeared while no scheduler was looking. */
  async removeAllExcept(paths: readonly string[]): Promise<void> {
    const present = new Set(paths.map(path => this.#nameOf(path)))
    for (const file of await listFiles(this.database)) if (!present.has(file)) await this.remove(resolve(this.directory, file))
  }

  /** Files are known by their path in the folder: it is the same on every scheduler. */
  #nameOf(path: string): string {
    return relative(resolve(this.directory), path)
  }

  async #store(file: string, version: DagVersion): Promise<void> {
    const { spec } = version
    const stored = await this.database.transact('store-dag', async tx => {
      const row = await lockDag(tx, spec, file)
      const versionKey = await ensureVersion(tx, row.dag_key, version)
      const isChanged = row.version_key !== versionKey || row.is_active === 0 || row.file !== file
      if (isChanged) {
        await updateDag(tx, row.dag_key, versionKey, spec, file, nextInterval(timetableOf(spec).next(lastInterval(row), await now(tx))))
        await ensureQueues(tx, [...new Set(spec.tasks.map(task => task.queue))])
      }
      return { isChanged, number: (await readVersion(tx, versionKey))?.number ?? 0 }
    })
    this.bus.emit('dag-synced', { dag: spec.dag, file, version: stored.number, changed: stored.isChanged })
  }
}
