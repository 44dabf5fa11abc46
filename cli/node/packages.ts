import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LongshoreError } from '../../shared/errors.js'
import { readSums, type ReleaseStore } from '../../shared/releases/release-store.js'

/** Packages that were fetched and checked; the one that is installed is kept to go back to. */
export class Packages {
  readonly #folder: string

  constructor(stateDir: string, private readonly open: () => ReleaseStore) {
    this.#folder = join(stateDir, 'packages')
  }

  /**
   * The path of a package that has this checksum. Null: the checksum that lies beside it in the store.
   * @throws LongshoreError LS_RELEASE_NOT_FOUND, LS_RELEASE_STORE
   */
  async get(version: string, file: string, sums: Readonly<Record<string, string>> | null): Promise<string> {
    const path = join(this.#folder, file)
    const stored = sums ?? await readSums(this.open(), version).catch(async (error: unknown) => {
      // It was checked when it was fetched, and nobody but root has been able to touch it.
      if (await sumOf(path) !== null) return null
      throw error
    })
    if (stored === null) return path
    const wanted = stored[file]
    if (wanted === undefined) throw new LongshoreError('LS_RELEASE_STORE', `version ${version} has no checksum of ${file}: what cannot be checked is not installed`)
    if (await sumOf(path) === wanted) return path
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const draft = `${path}.draft`
    const found = await this.#fetch(version, file, draft)
    if (found !== wanted) {
      await rm(draft, { force: true })
      throw new LongshoreError('LS_RELEASE_STORE', `${version}/${file} in ${this.open().label} has the checksum ${found} instead of ${wanted}`)
    }
    await rename(draft, path)
    return path
  }

  /** Removes all packages but these. */
  async keep(files: readonly string[]): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) if (!files.includes(name)) await rm(join(this.#folder, name), { force: true })
  }

  async #fetch(version: string, file: string, draft: string): Promise<string> {
    const hash = createHash('sha256')
    const handle = await open(draft, 'w', 0o600)
    try {
      for await (const chunk of this.open().read(version, file)) {
        hash.update(chunk)
        await handle.writeFile(chunk)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    return hash.digest('hex')
  }
}

/** Null for a file that is not there. */
async function sumOf(path: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
