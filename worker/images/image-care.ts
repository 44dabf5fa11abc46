import type { Redis } from 'ioredis'
import type { Config } from '../../shared/config/schema.js'
import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import type { DockerApi } from '../executors/docker/docker-api.js'
import { Images } from '../executors/docker/images.js'
import { RegistryCredentials } from '../executors/docker/registry-auth.js'
import type { WorkerEvents } from '../worker-events.js'
import { ImageGc } from './image-gc.js'
import { ImageJournal } from './image-journal.js'
import { Prefetcher } from './prefetcher.js'

export interface ImageCareOptions {
  readonly config: Config
  readonly docker: DockerApi
  readonly redis: Redis
  /** Of the worker. */
  readonly stateDirectory: string
  /** Whether there is room for what nobody waits for. */
  readonly isIdle: () => boolean
  readonly events: WorkerEvents
  readonly log: Log
}

/** Everything that a worker does about images: bringing them for attempts, bringing them early, removing them. */
export class ImageCare {
  readonly images: Images
  readonly services: readonly Service[]

  constructor({ config, docker, redis, stateDirectory, isIdle, events, log }: ImageCareOptions) {
    const journal = new ImageJournal(stateDirectory, log)
    this.images = new Images({
      docker, events, log, account: journal, credentials: new RegistryCredentials(config.registryAuthFile),
      checkEvery: config.imageCheckEvery, stallTimeout: config.pullStallTimeout,
    })
    const prefetcher = new Prefetcher({ config, redis, images: this.images, isIdle, log })
    const gc = new ImageGc({
      docker, journal, needed: () => prefetcher.needed, maxAge: config.imageMaxAge, ceiling: config.imageDiskCeiling, floor: config.imageDiskFloor, events, log,
    })
    this.services = [prefetcher, gc]
  }
}
