import { outputDirectory } from '../result-file.js'
import type { Task } from '../executor.js'
import { containerSpec, type ContainerContext } from './container-spec.js'
import { reasonOf, type DockerApi } from './docker-api.js'
import type { SystemCalls } from './system-calls.js'

export interface ContainerMakerOptions extends Omit<ContainerContext, 'resultDirectory' | 'systemCalls'> {
  readonly docker: DockerApi
  readonly systemCalls: SystemCalls
}

/** Asks Docker for the containers of attempts. */
export class ContainerMaker {
  #hostsFile: string

  constructor(private readonly options: ContainerMakerOptions) {
    this.#hostsFile = options.hostsFile
  }

  /** Makes an attempt's container and returns its id. `image` takes the place of the task's own, whose tag may have moved since it was resolved. */
  async make(task: Task, image: string | undefined): Promise<string> {
    const { docker, systemCalls, ...context } = this.options
    const hostsFile = this.#hostsFile
    const spec = containerSpec(task, { ...context, hostsFile, resultDirectory: outputDirectory(task), systemCalls: await systemCalls.profile() })
    try {
      return await docker.createContainer({ ...spec, ...(image !== undefined && { Image: image }) })
    } catch (error) {
      if (hostsFile === '' || !reasonOf(error).includes(hostsFile)) throw error
      // A local socket can lead to a Docker elsewhere, with other files.
      this.#hostsFile = ''
      return this.make(task, image)
    }
  }
}
