import { resolve } from 'node:path'
import type { Config } from '../../shared/config/schema.js'
import type { DockerApi } from '../executors/docker/docker-api.js'
import type { Place } from './health-keeper.js'

/** Where this worker and its tasks write. Docker's own place is asked for until it answers; that of a Docker elsewhere is not here. */
export function placesOf({ logStore }: Pick<Config, 'logStore'>, stateDirectory: string, docker: DockerApi | null): () => Promise<readonly Place[]> {
  const here: Place[] = [
    { what: `for the state directory (${stateDirectory})`, path: stateDirectory },
    ...(logStore.startsWith('file:') ? [{ what: `for logs (${resolve(logStore.slice('file:'.length))})`, path: resolve(logStore.slice('file:'.length)) }] : []),
  ]
  let dockers: Place | null = null
  return async () => {
    if (dockers === null && docker !== null && docker.isLocal) {
      const path = (await docker.info())?.DockerRootDir
      if (path !== undefined) dockers = { what: `for Docker (${path})`, path }
    }
    return dockers === null ? here : [...here, dockers]
  }
}
