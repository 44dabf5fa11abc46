import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { ensureDemoImages } from '../../scripts/lib/demo-image.mjs'
import { dockerJson } from '../../scripts/lib/docker-http.mjs'
import { openDocker, type OpenDocker } from '../../scripts/lib/docker.mjs'
import { ensureBuild } from '../../scripts/lib/ensure-build.mjs'
import { installMariadb, launchMariadb, type MariadbProcess } from './mariadb-process.js'
import type { Depot } from './run-context.js'

const ENTRY = join(import.meta.dirname, '../../dist/cli/main.js')

/**
 * Lives in the main process of the tests and starts what their files share, each at most once and only when asked: a run
 * of pure tests starts nothing.
 */
export class DepotServer {
  readonly socketPath: string
  #server: Server | undefined
  #answers = new Map<string, Promise<unknown>>()
  #docker: OpenDocker | undefined
  #mariadb: MariadbProcess | undefined

  constructor(private readonly folder: string, private readonly environment: NodeJS.ProcessEnv) {
    this.socketPath = join(folder, 'depot.sock')
  }

  /** The containers that were on this machine's own Docker before the tests. */
  containersBefore: ReadonlySet<string> = new Set()

  get docker(): OpenDocker | undefined {
    return this.#docker
  }

  start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const what = (request.url ?? '/').slice(1)
      this.#ask(what).then(
        answer => response.end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(500).end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
    })
    return new Promise((resolve, reject) => this.#server?.once('error', reject).listen(this.socketPath, resolve))
  }

  async stop(): Promise<void> {
    this.#server?.close()
    this.#server?.closeAllConnections()
    // What is being started now is waited for, or nobody would stop it.
    await Promise.allSettled(this.#answers.values())
    await Promise.all([this.#docker?.stop(), this.#mariadb?.stop()])
  }

  #ask(what: string): Promise<unknown> {
    let answer = this.#answers.get(what)
    if (answer === undefined) {
      answer = this.#start(what as keyof Depot)
      this.#answers.set(what, answer)
    }
    return answer
  }

  async #start(what: keyof Depot): Promise<Depot[keyof Depot]> {
    switch (what) {
      case 'build':
        await ensureBuild()
        return { entry: ENTRY }
      case 'docker':
        this.#docker = await openDocker({ dataRoot: join(this.folder, 'docker') })
        this.containersBefore = new Set((await dockerJson(this.#docker.socketPath, 'GET', '/containers/json?all=1') as { Id: string }[]).map(({ Id }) => Id))
        await ensureDemoImages(this.#docker.socketPath)
        return { host: this.#docker.host, socketPath: this.#docker.socketPath, isPrivate: this.#docker.daemon !== null }
      case 'mariadbTemplate': {
        const folder = join(this.folder, 'mariadb-template')
        await installMariadb(folder)
        return { folder }
      }
      case 'mariadb': {
        const { folder } = await this.#ask('mariadbTemplate') as Depot['mariadbTemplate']
        this.#mariadb = await launchMariadb({ template: folder, folder: join(this.folder, 'mariadb'), environment: this.environment })
        return { port: this.#mariadb.port }
      }
    }
  }
}
