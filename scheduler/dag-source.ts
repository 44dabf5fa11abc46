import { resolve } from 'node:path'
import type { Config } from '../shared/config/schema.js'
import type { DagFileOutcome } from '../shared/dag/model.js'
import type { Database } from '../shared/database/database.js'
import { holdsActivation, readActive, readPacked, type ActiveBundle } from '../shared/database/tables/bundles.js'
import type { Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import type { SchedulerBus } from './bus.js'
import { DagFolder } from './dag-processor/dag-folder.js'
import { listDagFiles } from './dag-processor/list-files.js'
import { UnpackedBundles } from './dag-processor/unpacked-bundles.js'
import { DagSync } from './dag-sync.js'

/** How long a scheduler that misses the word goes on with the files of before. */
const LOOK_MS = 1_000
const REFERENCES_MS = 30_000

/** Where the files came from at one time. */
interface Origin {
  readonly active: ActiveBundle
  readonly directory: string
  readonly folder: DagFolder
  readonly sync: DagSync
  /** Every file has been evaluated, and what is no longer there has not been forgotten yet. */
  isToForget: boolean
}

export interface DagSourceOptions {
  readonly config: Pick<Config, 'dagsDir' | 'stateDir'>
  readonly evaluate: (file: string) => Promise<DagFileOutcome>
  readonly log: Log
}

/**
 * Has DAG files evaluated and stored from where they come: the bundle that is in force, or the DAG folder where none is. Each
 * change starts over with a folder and a sync of its own. What the ones before still find is not written: every write looks in its
 * transaction whether its files are those in force, so a scheduler that is late brings no old version back.
 */
export class DagSource implements Service {
  readonly name = 'dag-source'
  /** Called when a DAG is new or changed. */
  onChanged: () => void = () => {}
  /** Called when there is something to do for {@link runOnce}. */
  onWork: () => void = () => {}
  readonly #unpacked: UnpackedBundles
  #origin: Origin | null = null

  constructor(private readonly database: Database, private readonly bus: SchedulerBus, private readonly options: DagSourceOptions) {
    this.#unpacked = new UnpackedBundles(options.config.stateDir)
  }

  /**
   * A bundle is left to the first pass: when it cannot be unpacked, the DAGs of before go on, and so does this scheduler.
   * @throws LongshoreError LS_CONFIG when the DAG folder is in force and cannot be read
   */
  async start(): Promise<void> {
    const active = await readActive(this.database)
    if (active.bundle_key === null) await this.#changeTo(active)
  }

  async stop(): Promise<void> {
    const origin = this.#origin
    this.#origin = null
    await origin?.folder.stop()
    await this.#unpacked.close()
  }

  /** Follows what is in force, and forgets files that are not there any more. */
  async runOnce(): Promise<number> {
    const active = await readActive(this.database)
    if (active.activation !== this.#origin?.active.activation) await this.#changeTo(active)
    const origin = this.#origin
    if (origin?.isToForget === true) {
      await origin.sync.removeAllExcept(await listDagFiles(origin.directory))
      origin.isToForget = false
    }
    return LOOK_MS
  }

  /** Tries again what was refused for what it names. */
  async retryReferences(): Promise<number> {
    return await this.#origin?.sync.runOnce() ?? REFERENCES_MS
  }

  async #changeTo(active: ActiveBundle): Promise<void> {
    const before = this.#origin
    const directory = await this.#directoryOf(active)
    const sync = new DagSync(this.database, this.bus, directory, tx => holdsActivation(tx, active.activation))
    sync.onChanged = () => { this.onChanged() }
    const folder = new DagFolder({
      directory, log: this.options.log, evaluate: this.options.evaluate,
      onOutcome: (file, outcome) => sync.apply(file, outcome), onRemoved: file => sync.remove(file),
    })
    await folder.start()
    const origin: Origin = this.#origin = { active, directory, folder, sync, isToForget: false }
    void folder.settled().then(() => {
      origin.isToForget = true
      this.onWork()
    })
    await before?.folder.stop()
    // An evaluator may still be at the one before.
    await this.#unpacked.keepOnly([active.hash, before?.active.hash ?? null].filter(hash => hash !== null))
    this.bus.emit('dag-source', { bundle: active.hash, directory })
  }

  async #directoryOf({ bundle_key: key, hash }: ActiveBundle): Promise<string> {
    if (key === null || hash === null) return resolve(this.options.config.dagsDir)
    return this.#unpacked.folderOf(hash, () => readPacked(this.database, key))
  }
}
