import { relative, resolve } from 'node:path'
import type { DagFileOutcome, DagProblem, DagSpec, DagVersion } from '../shared/dag/model.js'
import { now, type Database, type Session } from '../shared/database/database.js'
import { setSubscriptions } from '../shared/database/tables/asset-subscriptions.js'
import { deactivateDags, lastInterval, lockDag, updateDag } from '../shared/database/tables/dags.js'
import { ensureVersion, readVersion } from '../shared/database/tables/dag-versions.js'
import { forgetFile, listFiles, recordFile } from '../shared/database/tables/dag-files.js'
import { ensureQueues } from '../shared/database/tables/queues.js'
import { timetableOf } from '../shared/time/timetable.js'
import type { SchedulerBus } from './bus.js'
import { hasReferences, problemsOf, readKnown, unmetReferences, withDags } from './dag-references.js'
import { nextInterval } from './runs/run-creator.js'

const RETRY_MS = 30_000

/** Problems and nothing stored, or none. */
interface Stored {
  readonly problems: readonly DagProblem[]
  readonly isChanged: boolean
}

/**
 * Writes what the DAG processor found. A file with problems changes nothing but its list of problems: its last good version
 * stays in force. An unchanged DAG costs one look. Nothing is written once the files are not those in force any more.
 *
 * A file that names a pool or another DAG that does not exist is kept, and tried again without being evaluated: when a DAG
 * is stored, when it is woken because a pool was made, and after a while.
 */
export class DagSync {
  /** Called when a DAG is new or changed: a run may be due, and there may be a new queue. */
  onChanged: () => void = () => {}
  /** Files whose references have not been found yet; others are never in here for longer than their own turn. */
  readonly #waiting = new Map<string, readonly DagVersion[]>()
  /** Problems that were told of files in `#waiting`, so that they are told once. */
  readonly #told = new Map<string, string>()
  #turn: Promise<unknown> = Promise.resolve()
  #queued: Promise<void> | undefined

  constructor(private readonly database: Database, private readonly bus: SchedulerBus, private readonly directory: string, private readonly isInForce: (tx: Session) => Promise<boolean>) {}

  /** Tries again what was refused for its references. */
  async runOnce(): Promise<number> {
    await this.#retry()
    return RETRY_MS
  }

  async apply(path: string, outcome: DagFileOutcome): Promise<void> {
    const file = this.#nameOf(path)
    this.#told.delete(file)
    if (!outcome.ok) {
      this.#waiting.delete(file)
      await this.#refuse(file, outcome.problems.map(problem => ({ ...problem, file: this.#nameOf(problem.file) })))
    } else if (outcome.dags.some(hasReferences)) {
      this.#waiting.set(file, outcome.dags)
      await this.#retry()
    } else {
      this.#waiting.delete(file)
      const { isChanged } = await this.#accept(file, outcome.dags, [])
      if (isChanged && this.#waiting.size > 0) await this.#retry()
    }
  }

  async remove(path: string): Promise<void> {
    const file = this.#nameOf(path)
    this.#waiting.delete(file)
    this.#told.delete(file)
    await this.#write('forget-file', async tx => {
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

  /** One at a time; whoever asks while one is still to begin shares it. */
  #retry(): Promise<void> {
    if (this.#queued === undefined) {
      this.#queued = this.#turn.then(() => {
        this.#queued = undefined
        return this.#settle()
      })
      this.#turn = this.#queued.catch(() => {})
    }
    return this.#queued
  }

  async #settle(): Promise<void> {
    if (this.#waiting.size === 0) return
    const files = new Map(this.#waiting)
    const specs = [...files.values()].flat().map(({ spec }) => spec)
    const unmet = unmetReferences(files, await this.database.transact('read-references', tx => readKnown(tx, specs)))
    const together = [...files].filter(([file]) => !unmet.has(file)).flatMap(([, dags]) => dags)
    for (const [file, dags] of files) {
      const problems = unmet.get(file) ?? (await this.#accept(file, dags, together)).problems
      // A newer version of the file, or its removal, may have come meanwhile.
      if (this.#waiting.get(file) !== dags) continue
      if (problems.length > 0) await this.#refuseOnce(file, problems)
      else {
        this.#waiting.delete(file)
        this.#told.delete(file)
      }
    }
  }

  async #refuseOnce(file: string, problems: readonly DagProblem[]): Promise<void> {
    const text = JSON.stringify(problems)
    if (this.#told.get(file) === text) return
    await this.#refuse(file, problems)
    this.#told.set(file, text)
  }

  async #refuse(file: string, problems: readonly DagProblem[]): Promise<void> {
    await this.#write('record-problems', tx => recordFile(tx, file, problems))
    for (const { line, task, message } of problems) this.bus.emit('dag-problem', { file, line, task, message })
  }

  /** Stores the DAGs of a file; `together` are DAGs that count as stored, because they are being stored too. */
  async #accept(file: string, dags: readonly DagVersion[], together: readonly DagVersion[]): Promise<Stored> {
    let isChanged = false
    for (const version of dags) {
      const stored = await this.#store(file, version, together)
      if (stored.problems.length > 0) return { isChanged, problems: stored.problems }
      isChanged ||= stored.isChanged
    }
    await this.#write('record-file', async tx => {
      await recordFile(tx, file, [])
      await deactivateDags(tx, file, dags.map(({ spec }) => spec.dag))
    })
    this.onChanged()
    return { isChanged, problems: [] }
  }

  async #store(file: string, version: DagVersion, together: readonly DagVersion[]): Promise<Stored> {
    const { spec } = version
    const stored = await this.#write('store-dag', async (tx): Promise<Stored & { readonly number: number }> => {
      // Here once more, because a pool may have been deleted since the whole file was looked at.
      const problems = hasReferences(version) ? problemsOf(file, spec, withDags(await readKnown(tx, [spec]), together)) : []
      if (problems.length > 0) return { problems, isChanged: false, number: 0 }
      const row = await lockDag(tx, spec, file)
      const versionKey = await ensureVersion(tx, row.dag_key, version)
      const isChanged = row.version_key !== versionKey || row.is_active === 0 || row.file !== file
      if (isChanged) {
        await updateDag(tx, row.dag_key, versionKey, spec, file, nextInterval(timetableOf(spec).next(lastInterval(row), await now(tx))))
        await ensureQueues(tx, [...new Set(spec.tasks.map(task => task.queue))])
        await subscribe(tx, row.dag_key, spec, row.version_key === null)
      }
      return { problems, isChanged, number: (await readVersion(tx, versionKey))?.number ?? 0 }
    })
    if (stored === null) return { problems: [], isChanged: false }
    if (stored.problems.length === 0) this.bus.emit('dag-synced', { dag: spec.dag, file, version: stored.number, changed: stored.isChanged })
    return stored
  }

  /** Null when the files are not those in force any more. */
  #write<T>(name: string, work: (tx: Session) => Promise<T>): Promise<T | null> {
    return this.database.transact(name, async tx => (await this.isInForce(tx) ? work(tx) : null))
  }
}

/** A DAG that has never been on assets, which is most of a cold start, costs no query. */
async function subscribe(tx: Session, dagKey: number, { schedule }: DagSpec, isNew: boolean): Promise<void> {
  if (schedule.kind === 'assets') await setSubscriptions(tx, dagKey, schedule.assets)
  else if (!isNew) await setSubscriptions(tx, dagKey, [])
}
