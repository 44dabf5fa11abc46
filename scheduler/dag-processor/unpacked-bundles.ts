import { mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeBundle } from '../../shared/bundles/folder.js'
import { unpackBundle } from '../../shared/bundles/pack.js'
import { FileLock } from '../../shared/file-lock.js'
import { LongshoreError } from '../../shared/errors.js'

/** Schedulers that may share a state directory. */
const MOST_SLOTS = 64

/**
 * Bundles as folders of this process, below `bundles` in its state directory. Each process has a place there of its own, held by
 * a lock: nobody removes what another one still reads, and the place of a process that was killed is the next one's.
 */
export class UnpackedBundles {
  readonly #directory: string
  readonly #unpacked = new Map<string, string>()
  #slot: { readonly folder: string; readonly lock: FileLock } | null = null

  constructor(stateDir: string) {
    this.#directory = resolve(stateDir, 'bundles')
  }

  /** The folder of a bundle, unpacked at most once. @throws LongshoreError LS_BUNDLE_DAMAGED */
  async folderOf(hash: string, read: () => Promise<Buffer>): Promise<string> {
    const known = this.#unpacked.get(hash)
    if (known !== undefined) return known
    const bundle = await unpackBundle(await read(), hash)
    const { folder: slot } = this.#slot ??= await this.#takeSlot()
    const [folder, aside] = [join(slot, hash), join(slot, `${hash}.new`)]
    // What an attempt before this one has left.
    await rm(aside, { recursive: true, force: true })
    await mkdir(aside)
    await writeBundle(aside, bundle)
    await rename(aside, folder)
    this.#unpacked.set(hash, folder)
    return folder
  }

  async keepOnly(hashes: readonly string[]): Promise<void> {
    for (const [hash, folder] of this.#unpacked) {
      if (hashes.includes(hash)) continue
      this.#unpacked.delete(hash)
      await rm(folder, { recursive: true, force: true })
    }
  }

  /** Removes everything and lets go of the place. */
  async close(): Promise<void> {
    const slot = this.#slot
    this.#slot = null
    this.#unpacked.clear()
    if (slot === null) return
    await rm(slot.folder, { recursive: true, force: true })
    slot.lock.release()
  }

  async #takeSlot(): Promise<{ readonly folder: string; readonly lock: FileLock }> {
    await mkdir(this.#directory, { recursive: true })
    for (let number = 0; number < MOST_SLOTS; number += 1) {
      const lock = FileLock.acquire(join(this.#directory, `${number}.lock`))
      if (!(lock instanceof FileLock)) continue
      const folder = join(this.#directory, String(number))
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      return { folder, lock }
    }
    throw new LongshoreError('LS_STATE_DIR_LOCKED', `${MOST_SLOTS} schedulers run on ${this.#directory} already`, { hint: 'Give this one another stateDir.' })
  }
}
