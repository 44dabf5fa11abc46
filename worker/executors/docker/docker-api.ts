import type { IncomingMessage } from 'node:http'
import Docker from 'dockerode'
import type { ConstructorOptions } from 'docker-modem'
import { isOutage } from '../../../shared/outage.js'
import { within } from '../../clock.js'
import { leanModem } from './lean-modem.js'

/** Creating and starting can take long on a busy host; silence for longer than this means that the daemon hangs. */
const CALL_TIMEOUT_MS = 30_000
const INFO_MS = 5_000

/** Of what the daemon tells about itself. */
export interface DockerInfo {
  readonly Architecture?: string
  readonly NCPU?: number
  readonly MemTotal?: number
  readonly DockerRootDir?: string
  readonly Runtimes?: Readonly<Record<string, unknown>> | null
  readonly SecurityOptions?: readonly string[] | null
}

/**
 * The Docker Engine behind two clients: `calls` gives up after a while, `streams` never does, because docker-modem's timeout
 * counts idle time and would cut every follow and every wait.
 */
export class DockerApi {
  readonly calls: Docker
  readonly streams: Docker

  /** `dockerHost` as in the setting; empty means DOCKER_HOST or the default socket. */
  constructor(readonly dockerHost: string) {
    const target = targetOf(dockerHost)
    this.calls = clientOf({ ...target, timeout: CALL_TIMEOUT_MS })
    this.streams = clientOf(target)
  }

  get label(): string {
    return this.dockerHost === '' ? process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock' : this.dockerHost
  }

  /** Whether its files are those of this host, as far as its address tells. */
  get isLocal(): boolean {
    return this.label.startsWith('unix:')
  }

  /** What the daemon tells about itself; null when it does not within some seconds. */
  async info(): Promise<DockerInfo | null> {
    return await within(INFO_MS, this.calls.info() as Promise<DockerInfo>) ?? null
  }

  /**
   * Makes a container and returns its id. dockerode would send all of this a second time, in the address, where Docker looks for the
   * name and the platform alone.
   */
  async createContainer({ name, ...body }: Omit<Docker.ContainerCreateOptions, 'platform'>): Promise<string> {
    const parts = { _query: { ...(name !== undefined && { name }) }, _body: body }
    return (await this.calls.createContainer(parts as Docker.ContainerCreateOptions)).id
  }

  /** A GET whose answer is read as a stream; dockerode would collect a log without follow in memory. */
  stream(path: string, query: Readonly<Record<string, string | number | boolean>>, abortSignal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.streams.modem.dial({
        path: `${path}?`, method: 'GET', isStream: true, abortSignal, options: { ...query },
        statusCodes: { 101: true, 200: true, 404: 'no such container', 409: 'conflict', 500: 'server error' },
      }, (error: unknown, answer: unknown) => {
        if (error === null || error === undefined) resolve(answer as IncomingMessage)
        else reject(error as Error)
      })
    })
  }
}

/** dockerode takes a modem in the place of its options, which its types do not know. */
const clientOf = (target: ConstructorOptions): Docker => new Docker({ modem: leanModem(target) } as Docker.DockerOptions)

function targetOf(dockerHost: string): ConstructorOptions {
  if (dockerHost === '') return {}
  // Named, because docker-modem takes from DOCKER_HOST what it is not given.
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length), host: undefined, protocol: 'http' }
  const url = new URL(dockerHost.includes('://') ? dockerHost : `tcp://${dockerHost}`)
  const protocol = url.protocol === 'https:' ? 'https' : 'http'
  return { host: url.hostname, port: url.port === '' ? 2375 : Number(url.port), protocol }
}

export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode
  return typeof status === 'number' ? status : undefined
}

/** What the daemon said, without docker-modem's frame around it. */
export function reasonOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: unknown }; message?: string }
  return typeof json?.message === 'string' ? json.message : (message ?? String(error)).trim()
}

/** The daemon is away, as opposed to having refused. */
export const isDockerAway = (error: unknown): boolean => statusOf(error) === undefined && isOutage(error)
