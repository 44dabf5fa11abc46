import { monotonic } from '../clock.js'
import type { DockerApi, DockerInfo } from '../executors/docker/docker-api.js'

/** While it is there, Docker is asked this seldom: each answer costs it two processes. */
const LOOK_EVERY_MS = 60_000

/**
 * Whether Docker can have a runtime of this name. A name with a dot is that of a shim (`io.containerd.kata.v2`), which Docker finds on its
 * PATH without having been told: only a start shows that it is not there.
 */
export const mayHaveRuntime = ({ Runtimes }: Pick<DockerInfo, 'Runtimes'>, name: string): boolean => name.includes('.') || Runtimes == null || Object.hasOwn(Runtimes, name)

/** Tells that Docker does not have the runtime which tasks are to have, for people; null while it does, or is to have its own. While Docker is away its last word holds. */
export function missingRuntime(docker: DockerApi | null, runtime: string): () => Promise<string | null> {
  let problem: string | null = null
  let lookAt = -Infinity
  return async () => {
    if (docker === null || runtime === '' || monotonic() < lookAt) return problem
    const info = await docker.info()
    if (info === null) return problem
    problem = mayHaveRuntime(info, runtime) ? null : `Docker at ${docker.label} knows no runtime '${runtime}' (containerRuntime); it has ${Object.keys(info.Runtimes ?? {}).sort().join(', ')}`
    if (problem === null) lookAt = monotonic() + LOOK_EVERY_MS
    return problem
  }
}
