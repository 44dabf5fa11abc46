import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'

/** Tells whether a file is the one that was evaluated. */
export interface Fingerprint {
  readonly hash: string
  /** A release that is switched by a symbolic link brings other imports even to a file with the same text. */
  readonly realPath: string
  /** As long as it is the same, the file need not be read. */
  readonly stat: string
}

/** Null when there is no such file. With the fingerprint of before, an untouched file is not read again. */
export async function fingerprint(path: string, before?: Fingerprint | null): Promise<Fingerprint | null> {
  try {
    const realPath = await realpath(path)
    const { ino, size, mtimeMs, ctimeMs } = await stat(realPath)
    const signature = `${ino}:${size}:${mtimeMs}:${ctimeMs}`
    if (before?.stat === signature && before.realPath === realPath) return before
    return { hash: createHash('sha256').update(await readFile(realPath)).digest('hex'), realPath, stat: signature }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A file that is there and cannot be read is evaluated once, and the problem says why.
    return code === 'ENOENT' ? null : { hash: `unreadable: ${code}`, realPath: path, stat: '' }
  }
}

export const isSame = (a: Fingerprint | null | undefined, b: Fingerprint | null | undefined): boolean => a?.hash === b?.hash && a?.realPath === b?.realPath
