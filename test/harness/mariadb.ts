import { randomBytes } from 'node:crypto'
import { createConnection } from 'mysql2/promise'
import { atEnd } from './cleanup.js'
import { childEnvironment } from './environment.js'
import { launchMariadb, type MariadbProcess } from './mariadb-process.js'
import { askDepot } from './run-context.js'
import { tempDir } from './temp-dir.js'

export interface Database {
  readonly name: string
  /** `mysql://root@127.0.0.1:<port>/<name>` */
  readonly url: string
}

/** An empty database on the server that all test files share. It goes away with the server. */
export async function createDatabase(): Promise<Database> {
  const { port } = await askDepot('mariadb')
  return createDatabaseOn(port)
}

async function createDatabaseOn(port: number): Promise<Database> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
  try {
    await connection.query(`CREATE DATABASE ${name}`)
  } finally {
    await connection.end()
  }
  return { name, url: `mysql://root@127.0.0.1:${port}/${name}` }
}

/** A MariaDB of its own, for tests that kill it. */
export class MariadbServer {
  constructor(private readonly process: MariadbProcess) {}

  get port(): number {
    return this.process.port
  }

  get pid(): number | null {
    return this.process.pid
  }

  get log(): string {
    return this.process.log
  }

  createDatabase(): Promise<Database> {
    return createDatabaseOn(this.port)
  }

  /** SIGKILL. What was committed is there after {@link restart}. */
  kill(): Promise<void> {
    return this.process.kill()
  }

  /** Launches it again on the same port and data; kills it first if it runs. */
  async restart(): Promise<void> {
    await this.process.kill()
    await this.process.launch()
  }

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

export async function startMariadb(): Promise<MariadbServer> {
  const { folder: template } = await askDepot('mariadbTemplate')
  const process = await launchMariadb({ template, folder: tempDir('mariadb'), environment: childEnvironment() })
  atEnd(() => process.stop())
  return new MariadbServer(process)
}
