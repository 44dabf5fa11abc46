import { within } from '../clock.js'
import type { DockerApi } from '../executors/docker/docker-api.js'

const INFO_MS = 5_000

/** Asks, while Docker answers, whether it has the runtime that containers of tasks are to have: nothing would start without it. */
export function missingRuntime(docker: DockerApi, runtime: string): () => Promise<string | null> {
  return async () => {
    const { Runtimes } = await within(INFO_MS, docker.calls.info()) as { Runtimes?: Readonly<Record<string, unknown>> } | undefined ?? {}
    if (Runtimes === undefined || Object.hasOwn(Runtimes, runtime)) return null
    return `Docker at ${docker.label} knows no runtime '${runtime}' (containerRuntime); it has ${Object.keys(Runtimes).sort().join(', ')}`
  }
}
