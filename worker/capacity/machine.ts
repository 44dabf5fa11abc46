import { availableParallelism, totalmem } from 'node:os'
import type { Config } from '../../shared/config/schema.js'
import type { DockerApi } from '../executors/docker/docker-api.js'
import type { Amount } from './amount.js'

/** Left for the system, Docker and the worker: a tenth, at most 1 GiB. CPUs are shared out by the kernel and need no reserve. */
const RESERVED_PART = 0.1
const MOST_RESERVED = 1024 ** 3

/** What tasks may reserve on this worker: as configured, else what the machine has on which its containers run. */
export async function capacityOf({ capacityCpus, capacityMemory }: Pick<Config, 'capacityCpus' | 'capacityMemory'>, docker: DockerApi | null): Promise<Amount> {
  const machine = await machineOf(docker)
  return {
    cpus: capacityCpus === 'auto' ? machine.cpus : capacityCpus,
    memory: capacityMemory === 'auto' ? machine.memory - Math.min(MOST_RESERVED, machine.memory * RESERVED_PART) : capacityMemory,
  }
}

/** Docker's own word, because it may be elsewhere, and because a worker in a container does not see its host. */
async function machineOf(docker: DockerApi | null): Promise<Amount> {
  const info = await docker?.info()
  return { cpus: info?.NCPU ?? availableParallelism(), memory: info?.MemTotal ?? totalmem() }
}
