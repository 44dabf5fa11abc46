import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { NodePost } from '../../shared/broker/node-post.js'
import { LongshoreError } from '../../shared/errors.js'
import type { Log } from '../../shared/log.js'
import type { NodeReport, NodeWish } from '../../shared/protocol/release.js'
import type { Host, Unit } from './host.js'
import type { Packages } from './packages.js'
import { judge, type Seen, type Verdict } from './proof.js'
import { readRecord, UpdateStep, writeRecord, type Update, type UpdateRecord } from './update-record.js'

export interface UpdaterOptions {
  readonly host: Host
  readonly post: Pick<NodePost, 'report' | 'wish'>
  readonly packages: Packages
  readonly witness: { see(version: string, tasks: readonly string[]): Promise<Seen[]> }
  readonly stateDir: string
  readonly name: string
  readonly log: Log
  /** Milliseconds: for the new version to prove itself, to stay so, between two looks, and for a turn to come. */
  readonly times: { readonly update: number; readonly settle: number; readonly look: number; readonly turn: number }
}

/** How one run ended. */
export type Outcome =
  | { readonly kind: 'nothing' | 'waiting'; readonly version: string; readonly why: string | null }
  | { readonly kind: 'updated'; readonly version: string; readonly from: string }
  | { readonly kind: 'failed'; readonly version: string; readonly why: string }

/** Two crashes in the middle of one update are no accident. */
const MOST_TRIES = 2
const REPORT_EVERY_MS = 5_000
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const after = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/**
 * One run of the updater: goes on with what an earlier one left, or waits for its turn, fetches, tries out, installs and proves the
 * wanted version, or goes back to the one before and says why.
 */
export class Updater {
  #record: UpdateRecord = { v: 1, node: randomUUID(), step: UpdateStep.idle, update: null, failed: null }

  constructor(private readonly options: UpdaterOptions) {}

  async run(): Promise<Outcome> {
    const { host, post, stateDir } = this.options
    const found = await readRecord(stateDir)
    if (found === null) await writeRecord(stateDir, this.#record)
    else this.#record = found
    if (this.#record.update !== null && this.#record.step !== UpdateStep.idle) return this.#resume(this.#record.update)

    const units = await host.units()
    const installed = await host.installed()
    await this.#report(units, installed, null)
    const wish = await post.wish({ node: this.#record.node, roles: await this.#roles(units) })
    if (wish === null || wish.version === installed) return { kind: 'nothing', version: installed, why: null }
    const { failed } = this.#record
    if (failed?.revision === wish.revision) return { kind: 'failed', version: installed, why: failed.why }
    const turn = await this.#turn(wish, units, installed)
    return turn.may ? this.#update(turn, units, installed) : { kind: 'waiting', version: installed, why: turn.waits }
  }

  async #turn(wish: NodeWish, units: readonly Unit[], installed: string): Promise<NodeWish> {
    const { post, times, log } = this.options
    let [current, told, reportedAt] = [wish, '', performance.now()]
    const until = performance.now() + times.turn
    while (!current.may && performance.now() < until) {
      if (current.waits !== null && current.waits !== told) log.info({ version: current.version, why: told = current.waits }, 'waiting for the turn of this node')
      await after(times.look)
      if (performance.now() - reportedAt > REPORT_EVERY_MS) {
        reportedAt = performance.now()
        await this.#report(units, installed, null)
      }
      current = await post.wish({ node: this.#record.node, roles: await this.#roles(units) }) ?? { ...current, may: false }
      if (current.version === installed) return { ...current, may: false }
    }
    return current
  }

  async #update({ version, revision, sums }: NodeWish, units: readonly Unit[], installed: string): Promise<Outcome> {
    const { host, packages, log } = this.options
    log.info({ from: installed, to: version }, 'updating this node')
    await this.#report(units, installed, `fetches ${version}`)
    let files: { readonly toFile: string; readonly fromFile: string }
    let tasks: string[]
    try {
      // Without a way back nothing is begun.
      const hasWorker = units.some(({ role }) => role === 'worker')
      files = { fromFile: await packages.get(installed, host.packageOf(installed), null), toFile: await packages.get(version, host.packageOf(version), sums) }
      await host.tryOut(files.toFile, version, units.some(({ role }) => role !== 'worker'))
      tasks = hasWorker ? await host.tasksOf(null) : []
    } catch (error) {
      return this.#refuse({ revision, version, why: `nothing was installed: ${messageOf(error)}` }, units, installed)
    }
    return this.#install({ revision, from: installed, to: version, ...files, units: units.map(({ name, pid }) => ({ name, pid })), tasks, tries: 0, why: null })
  }

  /** An earlier run has not come to its end. */
  async #resume(update: Update): Promise<Outcome> {
    this.options.log.warn({ step: this.#record.step, from: update.from, to: update.to }, 'an update was interrupted; going on')
    if (this.#record.step === UpdateStep.goingBack) return this.#goBack(update, update.why ?? 'it was interrupted')
    return update.tries >= MOST_TRIES ? this.#goBack(update, `it was interrupted ${update.tries} times`) : this.#install(update)
  }

  async #install(before: Update): Promise<Outcome> {
    const { host, log, times } = this.options
    const update = { ...before, tries: before.tries + 1 }
    await this.#write({ step: UpdateStep.installing, update })
    await this.#report(await host.units(), update.from, `installs ${update.to}`)
    await host.arm(update.fromFile)
    // A run before this one may have installed it and died of that: what it is now decides.
    const isThere = await host.installed() === update.to && before.tries > 0
    const installing = isThere ? Promise.resolve() : this.#installed(update.toFile, update.from, times.update)
    const verdict = await this.#proven(update, update.to, installing, true)
    if (verdict.kind !== 'proven') return this.#goBack(update, verdict.why)
    await host.disarm()
    await this.#write({ step: UpdateStep.idle, update: null, failed: null })
    await this.#report(await host.units(), update.to, null)
    await this.options.packages.keep([update.fromFile, update.toFile].map(file => basename(file)))
    log.info({ from: update.from, to: update.to }, 'this node is updated')
    return { kind: 'updated', version: update.to, from: update.from }
  }

  async #goBack(before: Update, why: string): Promise<Outcome> {
    const { host, log, times } = this.options
    const update = { ...before, why }
    log.error({ from: update.to, to: update.from, why }, 'going back to the version before')
    // Told at once: no other node begins while this one is on its way back.
    await this.#write({ step: UpdateStep.goingBack, update, failed: { revision: update.revision, version: update.to, why } })
    await this.#report(await host.units(), update.to, `goes back to ${update.from}: ${why}`)
    await host.interrupt()
    await this.#installed(update.fromFile, update.to, times.update)
    for (const { name } of update.units) await host.start(name).catch((error: unknown) => { log.warn({ unit: name, err: error }, 'a service could not be started') })
    const verdict = await this.#proven(update, update.from, Promise.resolve(), false)
    if (verdict.kind !== 'proven') {
      const failure = `${why}; and back on ${update.from}, ${verdict.why}`
      await this.#write({ failed: { revision: update.revision, version: update.to, why: failure } })
      await this.#report(await host.units(), await host.installed(), `goes back to ${update.from}`)
      throw new LongshoreError('LS_NODE', failure)
    }
    await host.disarm()
    await this.#write({ step: UpdateStep.idle, update: null })
    return this.#refuse({ revision: update.revision, version: update.to, why }, await host.units(), update.from)
  }

  async #refuse(failed: NonNullable<NodeReport['failed']>, units: readonly Unit[], installed: string): Promise<Outcome> {
    this.options.log.error({ version: failed.version, why: failed.why }, 'this node was not updated')
    await this.#write({ failed })
    await this.#report(units, installed, null)
    return { kind: 'failed', version: installed, why: failed.why }
  }

  /** Another package manager may be at work: while nothing has been changed, it is tried again. */
  async #installed(file: string, before: string, limit: number): Promise<void> {
    const { host, log, times } = this.options
    const until = performance.now() + limit
    for (;;) {
      try {
        return await host.install(file)
      } catch (error) {
        if (performance.now() > until || await host.installed().catch(() => null) !== before) throw error
        log.warn({ err: error }, 'the package could not be installed yet')
        await after(times.look)
      }
    }
  }

  /** Looks until everything has been as it shall be for a while, or will not be, or the time is up. */
  async #proven(update: Update, version: string, installing: Promise<void>, isNew: boolean): Promise<Verdict> {
    const { witness, times, host } = this.options
    let installation: 'going' | 'done' | Error = 'going'
    installing.then(() => { installation = 'done' }, (error: unknown) => { installation = error instanceof Error ? error : new Error(String(error)) })
    const state = (): 'going' | 'done' | Error => installation
    const until = performance.now() + times.update
    let [verdict, since]: [Verdict, number | null] = [{ kind: 'pending', why: 'it is being installed' }, null]
    for (;;) {
      const isInstalled = state() === 'done' && await host.installed().catch(() => null) === version
      verdict = await witness.see(version, update.tasks).then(seen => judge(update.units, seen, isNew), (error: unknown): Verdict => ({ kind: 'pending', why: messageOf(error) }))
      if (verdict.kind === 'broken') return verdict
      if (verdict.kind === 'proven' && isInstalled) {
        since ??= performance.now()
        if (performance.now() - since >= times.settle) return verdict
      } else since = null
      const failure = state()
      if (failure instanceof Error && verdict.kind !== 'proven') return { kind: 'broken', why: messageOf(failure) }
      if (performance.now() > until) return { kind: 'broken', why: verdict.kind === 'pending' ? verdict.why : failure instanceof Error ? failure.message : `the installation has not ended after ${Math.round(times.update / 1_000)} s` }
      await after(times.look)
    }
  }

  async #roles(units: readonly Unit[]): Promise<NodeReport['roles']> {
    return Promise.all(units.map(async unit => ({ role: unit.role, pool: unit.pool, queues: unit.role === 'worker' ? [...(await this.options.host.settingsOf(unit)).queues] : [] })))
  }

  /** Redis may be away: then nobody knows for a while, and the update comes to its end all the same. */
  async #report(units: readonly Unit[], version: string, doing: string | null): Promise<void> {
    const { post, log, name } = this.options
    const { node, failed } = this.#record
    const short = failed === null ? null : { ...failed, why: failed.why.slice(0, 2_000) }
    await post.report({ v: 1, node, name, version, roles: await this.#roles(units), doing: doing?.slice(0, 200) ?? null, failed: short })
      .catch((error: unknown) => { log.warn({ err: error }, 'this could not be told to the schedulers') })
  }

  async #write(change: Partial<UpdateRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change }
    await writeRecord(this.options.stateDir, this.#record)
  }
}
