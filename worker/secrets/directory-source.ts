import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SECRET_NAME } from '../../shared/protocol/secret-name.js'
import { MAX_SECRET_BYTES, readingOf, type Reading, type SecretSource } from './source.js'

const OTHERS = 0o007
/** What another look would meet again. */
const LASTING: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'ELOOP', 'EISDIR'])
const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/** A directory with one file for each secret, named after it. It is read at each use, so that a changed value is used at once. */
export class DirectorySource implements SecretSource {
  readonly label: string

  /** `isOwn`: whether a file is one that the worker itself works with, and no secret of tasks. */
  constructor(what: string, private readonly directory: string, private readonly isOwn: (path: string) => boolean) {
    this.label = `${what} (${directory})`
  }

  async read(name: string): Promise<Reading> {
    try {
      return await this.#read(name)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (NOT_THERE.has(code)) return { kind: 'absent' }
      return { kind: LASTING.has(code) ? 'refused' : 'failed', why: `${join(this.directory, name)} cannot be read: ${code ?? (error as Error).message}` }
    }
  }

  async names(): Promise<readonly string[]> {
    const names = await readdir(this.directory).catch(() => [])
    const own = await Promise.all(names.map(async name => this.isOwn(await realpath(join(this.directory, name)).catch(() => ''))))
    return names.filter((name, index) => SECRET_NAME.test(name) && own[index] === false)
  }

  async #read(name: string): Promise<Reading> {
    const path = join(this.directory, name)
    const real = await realpath(path)
    if (!real.startsWith(await realpath(this.directory) + sep)) return { kind: 'refused', why: `${path} is a link that leads out of its directory` }
    if (this.isOwn(real)) return { kind: 'refused', why: `${path} is the worker's own and no secret of tasks` }
    // Neither a link that was put there since, nor a pipe that nobody writes to.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const info = await file.stat()
      if (!info.isFile()) return { kind: 'refused', why: `${path} is not a file` }
      if ((info.mode & OTHERS) !== 0) return { kind: 'refused', why: `${path} is open to every user of this machine (mode ${(info.mode & 0o777).toString(8)}); make it 0400 or 0440` }
      if (info.size > MAX_SECRET_BYTES) return { kind: 'refused', why: `${path} has more than ${MAX_SECRET_BYTES} bytes` }
      return readingOf(await file.readFile(), path)
    } finally {
      await file.close()
    }
  }
}
