import { join } from 'node:path'
import { atEnd } from './cleanup.js'
import { childEnvironment } from './environment.js'
import { freePort } from './free-port.js'
import { ServerProcess } from './server-process.js'
import { tempDir } from './temp-dir.js'

/** `lost`: it is done, and the answer does not arrive. `half`: the answer ends in the middle. */
export type S3FaultKind = '500' | '503' | 'slowdown' | 'cut' | 'hang' | 'lost' | 'half'

export interface S3Fault {
  /** A regular expression on `METHOD /bucket/key?query`. */
  readonly match: string
  readonly kind: S3FaultKind
  readonly times: number
}

/** What the server takes; a client finds them in its environment, as on a real machine. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'longshore-test', AWS_SECRET_ACCESS_KEY: 'not+very/secret' } as const

/** S3 in a process of its own, with the bucket `logs`. None of the packages that do this is alive, and none fails on request. */
export class S3Server {
  constructor(readonly endpoint: string, private readonly process: ServerProcess) {}

  /** The setting `logStore` for a prefix of its own. */
  logStore(prefix: string): string {
    return `s3://logs/${prefix}?endpoint=${encodeURIComponent(this.endpoint)}`
  }

  async fail(...faults: readonly S3Fault[]): Promise<void> {
    await fetch(`${this.endpoint}/-/faults`, { method: 'POST', body: JSON.stringify(faults) })
  }

  /** What was asked since the last call, and the multipart uploads that nobody ended. */
  async told(): Promise<{ readonly requests: readonly string[]; readonly uploads: readonly string[] }> {
    return await (await fetch(`${this.endpoint}/-/requests`)).json() as { requests: string[]; uploads: string[] }
  }

  kill(): Promise<void> {
    return this.process.kill()
  }

  launch(): Promise<void> {
    return this.process.launch()
  }
}

/** Ready in about 100 ms. Its credentials stand in the environment of this process afterwards. */
export async function startS3(): Promise<S3Server> {
  const folder = tempDir('s3')
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const server = new ServerProcess({
    name: `S3 on port ${port}`,
    command: process.execPath,
    args: [join(import.meta.dirname, 's3-server.mjs'), String(port), folder, S3_CREDENTIALS.AWS_ACCESS_KEY_ID, S3_CREDENTIALS.AWS_SECRET_ACCESS_KEY],
    environment: childEnvironment(),
    logFile: join(folder, 's3.log'),
    isReady: async () => (await fetch(`${endpoint}/-/requests`)).ok,
  })
  atEnd(() => server.stop())
  await server.launch()
  Object.assign(process.env, S3_CREDENTIALS)
  return new S3Server(endpoint, server)
}
