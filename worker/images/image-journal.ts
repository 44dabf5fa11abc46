import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../shared/log.js'
import { wallClock } from '../clock.js'
import type { ImageAccount } from '../executors/docker/images.js'
import { readTextIfAny, setAside, writeAtomically } from '../state/durable-file.js'

const Entry = z.object({
  /** By digest: `registry:5000/etl@sha256:…`. */
  reference: z.string(),
  /** Names that stood for it when it was last pulled under them. */
  tags: z.array(z.string()),
  /** Milliseconds since the epoch. */
  usedAt: z.number(),
})
const Stored = z.object({ v: z.literal(1), images: z.array(Entry) })

export type ImageEntry = Readonly<z.infer<typeof Entry>>

/**
 * The images that this worker pulled, and when each was last needed: only these may it remove again. Kept in
 * `images.json` of the state directory. Losing it loses the right to remove what was pulled until then, nothing else.
 */
export class ImageJournal implements ImageAccount {
  readonly #entries = new Map<string, ImageEntry>()
  readonly #path: string
  #changed = false

  constructor(directory: string, private readonly log: Log) {
    this.#path = join(directory, 'images.json')
  }

  get entries(): readonly ImageEntry[] {
    return [...this.#entries.values()]
  }

  pulled(reference: string, tag: string): void {
    for (const entry of this.entries) {
      if (entry.tags.includes(tag)) this.#put({ ...entry, tags: entry.tags.filter(name => name !== tag) })
    }
    const tags = this.#entries.get(reference)?.tags ?? []
    this.#put({ reference, tags: tag.includes('@') ? tags : [...tags, tag], usedAt: wallClock() })
  }

  used(reference: string): void {
    const entry = this.#entries.get(reference)
    if (entry !== undefined) this.#put({ ...entry, usedAt: wallClock() })
  }

  usedAt(reference: string): number {
    return this.#entries.get(reference)?.usedAt ?? 0
  }

  forget(reference: string): void {
    this.#changed = this.#entries.delete(reference) || this.#changed
  }

  async load(): Promise<void> {
    const text = await readTextIfAny(this.#path)
    if (text === null) return
    try {
      for (const entry of Stored.parse(JSON.parse(text)).images) this.#entries.set(entry.reference, entry)
    } catch (error) {
      this.log.error({ file: this.#path, err: error }, 'the list of pulled images cannot be read; it is set aside, and what was pulled until now is not removed any more')
      await setAside(this.#path)
    }
  }

  /** Not at each use: a crash costs the uses since the last time, and an image is needed again long before it is too old. */
  async save(): Promise<void> {
    if (!this.#changed) return
    this.#changed = false
    await writeAtomically(this.#path, JSON.stringify({ v: 1, images: [...this.entries] } satisfies z.infer<typeof Stored>))
  }

  #put(entry: ImageEntry): void {
    this.#entries.set(entry.reference, entry)
    this.#changed = true
  }
}
