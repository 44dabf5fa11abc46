import type Docker from 'dockerode'
import { Label } from './container-spec.js'
import { statusOf, type DockerApi } from './docker-api.js'
import { keptUntil } from './kept-name.js'

/** Something on a Docker that carries the label of a worker. */
export interface DockerThing {
  readonly kind: 'container' | 'network' | 'volume'
  /** What Docker knows it by for good; of a volume its name. */
  readonly id: string
  readonly name: string
  /** UUID of the worker that made it. */
  readonly worker: string
  /** Null for what belongs to no attempt. */
  readonly attempt: string | null
  readonly queue: string | null
  /** Version of its labels; null when they do not say. */
  readonly version: number | null
  /** Directory in which its worker keeps what it must find again; null when the labels do not say. */
  readonly stateDirectory: string | null
  /** Whether it proves that containers run here, and belongs to no attempt. */
  readonly isCanary: boolean
  /** Of a container: `created`, `running`, `exited`, … */
  readonly state: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Until when a container is kept for people; null for what is not kept. */
  readonly keptUntil: number | null
  /** What a container has written; null when that was not asked for. */
  readonly bytes: number | null
}

export interface ThingQuery {
  /** Only what this worker made. */
  readonly worker?: string
  /** Measuring takes Docker long when there are many files. */
  readonly sizes?: boolean
}

/** Every container, network and volume that a worker of Longshore made. */
export async function listThings(docker: DockerApi, { worker, sizes = false }: ThingQuery = {}): Promise<DockerThing[]> {
  const filters = { label: [worker === undefined ? Label.worker : `${Label.worker}=${worker}`] }
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.calls.listContainers({ all: true, size: sizes, filters }), docker.calls.listNetworks({ filters }), docker.calls.listVolumes({ filters: JSON.stringify(filters) }),
  ])
  return [...containers.map(info => ofContainer(info)), ...networks.map(info => ofNetwork(info)), ...(volumes ?? []).map(info => ofVolume(info))]
}

/** Gone already is no error. */
export async function removeThing(docker: DockerApi, { kind, id }: DockerThing): Promise<void> {
  try {
    if (kind === 'container') await docker.calls.getContainer(id).remove({ force: true, v: true })
    else if (kind === 'network') await docker.calls.getNetwork(id).remove()
    else await docker.calls.getVolume(id).remove()
  } catch (error) {
    // 409 for a container: its removal is under way. For others: something uses it, which is somebody's to know.
    if (statusOf(error) !== 404 && !(kind === 'container' && statusOf(error) === 409)) throw error
  }
}

function ofContainer({ Id, Names, Labels, State, Created, SizeRw }: Docker.ContainerInfo & { readonly SizeRw?: number }): DockerThing {
  const name = (Names[0] ?? Id).replace(/^\//, '')
  return { kind: 'container', id: Id, name, ...ofLabels(Labels), state: State, createdAt: Created * 1000, keptUntil: keptUntil(name), bytes: SizeRw ?? null }
}

function ofNetwork({ Id, Name, Labels, Created }: Docker.NetworkInspectInfo): DockerThing {
  return { kind: 'network', id: Id, name: Name, ...ofLabels(Labels ?? {}), state: null, createdAt: Date.parse(Created), keptUntil: null, bytes: null }
}

function ofVolume({ Name, Labels, ...info }: Docker.VolumeInspectInfo): DockerThing {
  const { CreatedAt = '' } = info as { readonly CreatedAt?: string }
  return { kind: 'volume', id: Name, name: Name, ...ofLabels(Labels ?? {}), state: null, createdAt: Date.parse(CreatedAt) || 0, keptUntil: null, bytes: null }
}

function ofLabels(labels: Readonly<Record<string, string>>): Pick<DockerThing, 'worker' | 'attempt' | 'queue' | 'version' | 'stateDirectory' | 'isCanary'> {
  const version = Number(labels[Label.version] ?? Number.NaN)
  return {
    worker: labels[Label.worker] ?? '', attempt: labels[Label.attempt] ?? null, queue: labels[Label.queue] ?? null, version: Number.isNaN(version) ? null : version,
    stateDirectory: labels[Label.state] ?? null, isCanary: labels[Label.canary] !== undefined && labels[Label.attempt] === undefined,
  }
}
