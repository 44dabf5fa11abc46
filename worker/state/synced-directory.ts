import { open, type FileHandle } from 'node:fs/promises'

/** A directory whose changes are to outlive a power cut. Its handle stays open, because it is synced over and over. */
export class SyncedDirectory {
  #handle: Promise<FileHandle> | null = null
  #next: Promise<void> | null = null

  constructor(readonly path: string) {}

  /** What was renamed or removed in it before is on disk. Those who wait for the disk at the same time share the next sync. */
  sync(): Promise<void> {
    // Whoever asks until this begins is served by it; whoever asks later needs another, as its rename may be newer.
    return this.#next ??= new Promise<void>(resolve => setImmediate(resolve)).then(async () => {
      this.#next = null
      const handle = await (this.#handle ??= open(this.path, 'r').catch((error: unknown) => {
        this.#handle = null
        throw error
      }))
      await handle.sync()
    })
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await (await handle)?.close()
  }
}
