import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { LongshoreError } from '../../shared/errors.js'
import { FileLock } from '../../shared/file-lock.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { makeDirectory, readTextIfAny, removeFile, writeDurably } from './durable-file.js'

const Identity = z.object({ v: z.literal(1), worker: z.uuid() })

/** Longer than most intents and results. */
const PROBE = Buffer.alloc(64 * 1024)

/**
 * What a worker finds again after its process ended, one directory per worker:
 *
 *   identity.json            the worker's UUID, made once; leases and containers carry it
 *   lock                     held while a process works on this directory
 *   intents/<attempt>.json   what is to be run, from before the container exists until everything is settled
 *   spool/<attempt>.json     a finish that the scheduler has not confirmed yet
 *   attempts/<attempt>/      the task's output directory, the cursor of its log, its stop request, files of its process
 *   hosts                    /etc/hosts of containers without a network
 */
export class StateDirectory {
  readonly path: string
  #lock: FileLock | null = null

  constructor(stateDir: string) {
    // Docker takes only absolute paths for binds.
    this.path = resolve(stateDir, 'worker')
  }

  get intents(): string { return join(this.path, 'intents') }
  get spool(): string { return join(this.path, 'spool') }
  get hosts(): string { return join(this.path, 'hosts') }

  attempt(id: AttemptId): string {
    return join(this.path, 'attempts', id)
  }

  /** Takes the directory for this process and returns the worker's UUID. */
  async open(): Promise<string> {
    for (const directory of [this.path, this.intents, this.spool, join(this.path, 'attempts')]) await makeDirectory(directory)
    const lock = FileLock.acquire(join(this.path, 'lock'))
    if (!(lock instanceof FileLock)) {
      const holder = lock.holder === null ? 'another process' : `process ${lock.holder.pid} on ${lock.holder.host}`
      throw new LongshoreError('LS_STATE_DIR_LOCKED', `${this.path} is in use by ${holder}`)
    }
    this.#lock = lock
    return this.#identity()
  }

  close(): void {
    this.#lock?.release()
    this.#lock = null
  }

  async makeAttempt(id: AttemptId): Promise<string> {
    const directory = this.attempt(id)
    await makeDirectory(directory)
    return directory
  }

  async removeAttempt(id: AttemptId): Promise<void> {
    // Most have none.
    if (existsSync(this.attempt(id))) await rm(this.attempt(id), { recursive: true, force: true })
  }

  /** Why nothing more can be kept here, or null: a quota or a file system that was made read-only shows only in writing. */
  async problem(): Promise<string | null> {
    const probe = join(this.path, 'probe')
    try {
      await writeFile(probe, PROBE)
      return null
    } catch (error) {
      return `${this.path} cannot be written: ${(error as Error).message}`
    } finally {
      await removeFile(probe).catch(() => {})
    }
  }

  async #identity(): Promise<string> {
    const path = join(this.path, 'identity.json')
    const text = await readTextIfAny(path)
    if (text !== null) return Identity.parse(JSON.parse(text)).worker
    const worker = randomUUID()
    await writeDurably(path, JSON.stringify({ v: 1, worker }))
    return worker
  }
}
