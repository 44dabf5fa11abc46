import { access, constants } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { isHidden } from '../../shared/bundles/hidden.js'
import { LongshoreError } from '../../shared/errors.js'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import { DagIdClaims, type FileOutcome } from './dag-id-claims.js'
import { fileKind } from './file-kind.js'
import { fingerprint, isSame, type Fingerprint } from './fingerprint.js'
import { listDagFiles } from './list-files.js'

export interface DagFolderOptions {
  readonly directory: string
  readonly log: Log
  readonly evaluate: (file: string) => Promise<DagFileOutcome>
  /** Called with every new outcome of a file. When it fails, the file is evaluated again at the next rescan. */
  readonly onOutcome: (file: string, outcome: DagFileOutcome) => void | Promise<void>
  readonly onRemoved: (file: string) => void | Promise<void>
  /** Quiet time after a change, in which an editor may still be writing. Default: 50 ms. */
  readonly debounceMs?: number
  /** How often everything is looked at, because watching may miss changes (network file systems). Default: 30 s. */
  readonly rescanMs?: number
}

interface DagFile {
  readonly foundIn: number
  /** What the last evaluation was made from; empty: evaluate whatever it looks like. */
  inputs: ReadonlyMap<string, Fingerprint | null>
  broken: boolean
  evaluating: boolean
  /** It changed while it was being evaluated. */
  again: boolean
}

/** Keeps what is known of the DAG files in step with a directory, evaluating only what changed. */
export class DagFolder implements Service {
  readonly name = 'dag-folder'
  readonly #directory: string
  readonly #files = new Map<string, DagFile>()
  readonly #claims = new DagIdClaims()
  readonly #touched = new Set<string>()
  readonly #loop: Loop
  #watcher: FSWatcher | undefined
  #debounce: NodeJS.Timeout | undefined
  #added = false
  #scans = 0
  #nextRescan = 0
  #lookAgain = false
  #evaluations = 0
  #stopped = false
  #settled: (() => void)[] = []

  constructor(private readonly options: DagFolderOptions) {
    this.#directory = resolve(options.directory)
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  /** @throws LongshoreError LS_CONFIG when the directory cannot be read */
  async start(): Promise<void> {
    await access(this.#directory, constants.R_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'it does not exist' : error.message
      throw new LongshoreError('LS_CONFIG', `the DAG folder ${this.#directory} cannot be read: ${why}`, { cause: error, hint: 'Create it, let this user read it, or set dagsDir (--dags) to another directory.' })
    })
    this.#stopped = false
    this.#nextRescan = 0
    this.#watcher = watch(this.#directory, { ignoreInitial: true, ignored: path => relative(this.#directory, path).split(sep).some(isHidden) })
    this.#watcher.on('all', (event, path) => this.#touch(path, event === 'add'))
    // A file that appears between our first look and the watcher's own counts as initial and is not announced: look again.
    this.#watcher.on('ready', () => { this.#lookAgain = true; this.#loop.wake() })
    this.#watcher.on('error', error => this.options.log.warn({ loop: this.name, err: error }, 'watching the DAG folder failed; changes are found by rescans'))
    await this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#debounce)
    await this.#watcher?.close()
    await this.#loop.stop()
  }

  /** Resolves when everything that changed so far has been reported. */
  settled(): Promise<void> {
    return new Promise(done => {
      this.#settled.push(done)
      this.#loop.wake()
    })
  }

  async runOnce(): Promise<number> {
    clearTimeout(this.#debounce)
    this.#debounce = undefined
    if (Date.now() >= this.#nextRescan) await this.#rescan()
    else {
      if (this.#lookAgain) await this.#lookForMissed()
      await this.#checkTouched()
    }
    this.#announceSettled()
    return Math.max(0, this.#nextRescan - Date.now())
  }

  #touch(path: string, added: boolean): void {
    this.#touched.add(path)
    this.#added ||= added
    clearTimeout(this.#debounce)
    this.#debounce = setTimeout(() => this.#loop.wake(), this.options.debounceMs ?? 50)
  }

  async #rescan(): Promise<void> {
    this.#touched.clear()
    this.#added = false
    this.#scans += 1
    const present = new Set(await listDagFiles(this.#directory))
    for (const path of this.#files.keys()) if (!present.has(path)) await this.#remove(path)
    for (const path of present) await this.#check(path)
    this.#nextRescan = Date.now() + (this.options.rescanMs ?? 30_000)
  }

  /** What changed before the watcher was ready. A file under evaluation is compared at its end anyway. */
  async #lookForMissed(): Promise<void> {
    this.#lookAgain = false
    for (const path of await listDagFiles(this.#directory)) if (this.#files.get(path)?.evaluating !== true) await this.#check(path)
  }

  /** Looks at what the watcher named and at every file made from it. A missing import may be among what was added. */
  async #checkTouched(): Promise<void> {
    const touched = new Set(this.#touched)
    const added = this.#added
    this.#touched.clear()
    this.#added = false
    if (touched.size === 0) return
    this.#scans += 1
    for (const [path, file] of this.#files) {
      if (added && file.broken) file.inputs = new Map()
      if ((added && file.broken) || touched.has(path) || [...file.inputs].some(([input, print]) => touched.has(input) || (print && touched.has(print.realPath)))) await this.#check(path)
    }
    for (const path of touched) if (!this.#files.has(path) && fileKind(path) !== null) await this.#check(path)
  }

  /** Evaluates the file when it is new or not what was evaluated; forgets it when it is gone. */
  async #check(path: string): Promise<void> {
    let file = this.#files.get(path)
    if ((await fingerprint(path, file?.inputs.get(path))) === null) {
      if (file) await this.#remove(path)
      return
    }
    if (!file) this.#files.set(path, (file = { foundIn: this.#scans, inputs: new Map(), broken: false, evaluating: false, again: false }))
    else if (!(await isStale(file))) return
    if (file.evaluating) file.again = true
    else void this.#evaluate(path, file)
  }

  async #evaluate(path: string, file: DagFile): Promise<void> {
    file.evaluating = true
    this.#evaluations += 1
    try {
      do {
        file.again = false
        const before = await fingerprints([path, ...file.inputs.keys()])
        const outcome = await this.options.evaluate(path)
        if (this.#stopped || this.#files.get(path) !== file) return
        // An input known before counts as it was before: if it changed meanwhile, the next check will see that.
        file.inputs = new Map([...await fingerprints([path, ...outcome.inputs]), ...[...before].filter(([input]) => input === path || outcome.inputs.includes(input))])
        file.broken = !outcome.ok
        await this.#report(this.#claims.set(path, file.foundIn, outcome))
      } while (file.again || (file.inputs.size > 0 && await isStale(file)))
    } finally {
      file.evaluating = false
      this.#evaluations -= 1
      this.#announceSettled()
    }
  }

  async #remove(path: string): Promise<void> {
    // First: when it fails, the file is still known and the next rescan finds it gone again.
    await this.options.onRemoved(path)
    this.#files.delete(path)
    await this.#report(this.#claims.delete(path))
  }

  async #report(outcomes: readonly FileOutcome[]): Promise<void> {
    for (const { file: path, outcome } of outcomes) {
      try {
        await this.options.onOutcome(path, outcome)
      } catch (error) {
        this.options.log.error({ file: path, err: error }, 'the outcome of a DAG file was not taken; the file will be evaluated again at the next rescan')
        const file = this.#files.get(path)
        if (file) file.inputs = new Map()
      }
    }
  }

  #announceSettled(): void {
    if (this.#evaluations > 0 || this.#touched.size > 0 || this.#scans === 0) return
    for (const done of this.#settled.splice(0)) done()
  }
}

async function isStale({ inputs }: DagFile): Promise<boolean> {
  if (inputs.size === 0) return true
  for (const [path, before] of inputs) if (!isSame(await fingerprint(path, before), before)) return true
  return false
}

async function fingerprints(paths: Iterable<string>): Promise<Map<string, Fingerprint | null>> {
  const found = new Map<string, Fingerprint | null>()
  for (const path of new Set(paths)) found.set(path, await fingerprint(path))
  return found
}
