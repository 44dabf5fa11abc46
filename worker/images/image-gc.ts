import { json as readJson } from 'node:stream/consumers'
import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import { Loop } from '../../shared/loop.js'
import { wallClock } from '../clock.js'
import { reasonOf, statusOf, type DockerApi } from '../executors/docker/docker-api.js'
import type { WorkerEvents } from '../worker-events.js'
import type { ImageEntry, ImageJournal } from './image-journal.js'
import { removable, type Surroundings } from './removable.js'

const EVERY_MS = 5 * 60_000
/** A daemon with many volumes takes its time. */
const MEASURE_MS = 120_000

export interface ImageGcOptions {
  readonly docker: DockerApi
  readonly journal: ImageJournal
  /** Names of images that attempts of this worker run, or that are needed soon. */
  readonly needed: () => ReadonlySet<string>
  readonly maxAge: number
  readonly ceiling: number
  readonly floor: number
  readonly events: WorkerEvents
  readonly log: Log
  readonly safeFor?: number
}

/** The part of `docker system df` about images, as older and newer daemons tell it. */
interface DiskUse {
  readonly LayersSize?: number
  readonly ImageUsage?: { readonly TotalSize?: number }
}

/**
 * Removes images that this worker pulled: those that nothing has needed for long, and, while all images take more than the
 * ceiling, those that were not needed for longest, until the floor. An image of a container, of an attempt, or of a task
 * that is due soon stays, and so does everything that somebody else brought here.
 */
export class ImageGc implements Service {
  readonly name = 'image-gc'
  readonly #loop: Loop

  constructor(private readonly options: ImageGcOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  async start(): Promise<void> {
    await this.options.journal.load()
    this.options.events.on('pulled', this.#wake)
    await this.#loop.start()
  }

  async stop(): Promise<void> {
    this.options.events.off('pulled', this.#wake)
    await this.#loop.stop()
    await this.options.journal.save()
  }

  async runOnce(): Promise<number> {
    const { journal, maxAge, ceiling, floor } = this.options
    if (journal.entries.length > 0) {
      const surroundings = await this.#look()
      for (const { reference } of journal.entries) if (!surroundings.idOf.has(reference)) journal.forget(reference)
      const [old, young] = partition(removable(journal.entries, surroundings), ({ usedAt }) => surroundings.now - usedAt >= maxAge)
      for (const entry of old) await this.#remove(entry, surroundings, 'nothing has needed it for long')
      if (young.length > 0 && await this.#bytes() > ceiling) {
        for (const entry of young) {
          if (await this.#bytes() <= floor) break
          await this.#remove(entry, surroundings, 'the images take more room than they may')
        }
      }
    }
    await journal.save()
    return EVERY_MS
  }

  readonly #wake = (): void => this.#loop.wake()

  async #look(): Promise<Surroundings> {
    const { docker, needed, safeFor } = this.options
    const [images, containers] = await Promise.all([docker.calls.listImages(), docker.calls.listContainers({ all: true })])
    return {
      now: wallClock(), inContainers: new Set(containers.map(({ ImageID }) => ImageID)), needed: needed(),
      idOf: new Map(images.flatMap(({ Id, RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])].map(name => [name, Id]))),
      ...(safeFor !== undefined && { safeFor }),
    }
  }

  /** What all images take together; layers that they share count once. */
  async #bytes(): Promise<number> {
    // Daemons that do not know the filter measure volumes and containers as well, which is slower and no less right.
    const { LayersSize, ImageUsage } = await readJson(await this.options.docker.stream('/system/df', { type: 'image' }, AbortSignal.timeout(MEASURE_MS))) as DiskUse
    return LayersSize ?? ImageUsage?.TotalSize ?? 0
  }

  /** Takes its names away, which removes it unless somebody else has named it too. */
  async #remove({ reference, tags }: ImageEntry, { now, idOf }: Surroundings, why: string): Promise<void> {
    const { docker, journal, needed, events, log } = this.options
    // Removing others took time, in which an attempt may have come for this one.
    const wanted = needed()
    if (journal.usedAt(reference) > now || [reference, ...tags].some(name => wanted.has(name))) return
    const id = idOf.get(reference)
    try {
      for (const name of [...tags.filter(tag => idOf.get(tag) === id), reference]) await untag(docker, name)
      journal.forget(reference)
      events.emit('imageRemoved', { image: tags[0] ?? reference, why })
    } catch (error) {
      // 409: a container that was made in between.
      if (statusOf(error) !== 409) throw error
      log.debug({ image: reference, why: reasonOf(error) }, 'an image is in use after all')
    }
  }
}

async function untag(docker: DockerApi, name: string): Promise<void> {
  try {
    await docker.calls.getImage(name).remove()
  } catch (error) {
    // With the last tag of an image its digests go as well.
    if (statusOf(error) !== 404) throw error
  }
}

function partition<T>(values: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [values.filter(isFirst), values.filter(value => !isFirst(value))]
}
