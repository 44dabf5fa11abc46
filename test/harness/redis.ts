import { join } from 'node:path'
import { which } from '../../scripts/lib/command.mjs'
import { atEnd } from './cleanup.js'
import { childEnvironment } from './environment.js'
import { freePort } from './free-port.js'
import { answers, ServerProcess } from './server-process.js'
import { tempDir } from './temp-dir.js'

export interface RedisOptions {
  /** Keeps an append-only file, fsynced every second, so that {@link RedisServer.restart} finds everything. Off unless told. */
  readonly appendOnly?: boolean
  /** Directives of redis.conf, e.g. `{ maxmemory: '8mb' }`. */
  readonly config?: Readonly<Record<string, string>>
}

/** A Redis of its own; ready in about 30 ms, so that every test file has one. */
export class RedisServer {
  readonly url: string

  constructor(readonly port: number, readonly folder: string, private readonly process: ServerProcess) {
    this.url = `redis://127.0.0.1:${port}`
  }

  get pid(): number | null {
    return this.process.pid
  }

  get log(): string {
    return this.process.log
  }

  /** SIGKILL: as if the power of the process, not of the machine, were cut. */
  kill(): Promise<void> {
    return this.process.kill()
  }

  /** Launches it again on the same port: with what the append-only file holds, or empty. Kills it first if it runs. */
  async restart(): Promise<void> {
    await this.process.kill()
    await this.process.launch()
  }

  /** It accepts connections but answers nothing, until {@link thaw}. */
  freeze(): void {
    this.process.freeze()
  }

  thaw(): void {
    this.process.thaw()
  }

  stop(): Promise<void> {
    return this.process.stop()
  }
}

export async function startRedis({ appendOnly = false, config = {} }: RedisOptions = {}): Promise<RedisServer> {
  const folder = tempDir('redis')
  const directives: Record<string, string> = {
    bind: '127.0.0.1', save: '', appendonly: appendOnly ? 'yes' : 'no', dir: folder, 'maxmemory-policy': 'noeviction', ...config,
  }
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const server = new ServerProcess({
      name: `redis-server on port ${port}`,
      command: which('redis-server') ?? 'redis-server',
      args: ['--port', String(port), ...Object.entries(directives).flatMap(([key, value]) => [`--${key}`, value])],
      environment: childEnvironment(),
      logFile: join(folder, 'redis.log'),
      isReady: () => answers(port, 'PING\r\n', '+PONG'),
    })
    atEnd(() => server.stop())
    try {
      await server.launch()
      return new RedisServer(port, folder, server)
    } catch (error) {
      // Another process may have taken the port since it was found free.
      if (tries === 5 || !server.log.includes('Address already in use')) throw error
    }
  }
}
