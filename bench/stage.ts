import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { which } from '../scripts/lib/command.mjs'
import { MARKER_VARIABLE } from '../scripts/lib/test-remains.mjs'
import { keyPlaces } from '../shared/signing/key-places.js'
import { ensureKeys } from '../shared/signing/key-ring.js'
import { freePort } from '../test/harness/free-port.js'
import { installMariadb, launchMariadb, type MariadbProcess } from '../test/harness/mariadb-process.js'
import { answers, ServerProcess } from '../test/harness/server-process.js'
import { until } from '../test/harness/wait.js'
import { cpuSecondsOf } from './machine-cpu.js'

/** A real `longshore` process of the benchmark. */
export class BenchProcess {
  log = ''

  constructor(readonly name: string, readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.log += text })
  }

  get cpuSeconds(): number {
    return cpuSecondsOf(this.child.pid)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exit = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await exit
  }
}

/** A durable MariaDB (where one is needed) and a Redis of the benchmark's own, and the processes it starts on them. */
export class Stage {
  readonly #processes: BenchProcess[] = []
  #databases = 0

  private constructor(private readonly folder: string, private readonly mariadb: MariadbProcess | null, private readonly redis: ServerProcess, readonly redisUrl: string) {}

  static async open({ database = true, databaseArgs = [] }: { readonly database?: boolean; readonly databaseArgs?: readonly string[] } = {}): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'))
    const mariadb = database ? await Stage.#mariadb(folder, databaseArgs) : null
    const port = await freePort()
    const redis = new ServerProcess({
      name: `redis-server on port ${port}`, command: which('redis-server') ?? 'redis-server', environment: process.env, logFile: join(folder, 'redis.log'),
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec', '--dir', folder, '--maxmemory-policy', 'noeviction'],
      isReady: () => answers(port, 'PING\r\n', '+PONG'),
    })
    await redis.launch()
    ensureKeys(keyPlaces({ keysDir: join(folder, 'keys'), stateDir: folder, signingKey: '', trustedKeys: [] }))
    return new Stage(folder, mariadb, redis, `redis://127.0.0.1:${port}`)
  }

  static async #mariadb(folder: string, args: readonly string[]): Promise<MariadbProcess> {
    const template = join(folder, 'template')
    await installMariadb(template)
    return launchMariadb({ template, folder: join(folder, 'mariadb'), environment: process.env, durable: true, args })
  }

  async createDatabase(): Promise<string> {
    if (this.mariadb === null) throw new Error('this stage was opened without a database')
    const name = `bench_${(this.#databases += 1)}`
    const connection = await createConnection({ host: '127.0.0.1', port: this.mariadb.port, user: 'root' })
    await connection.query(`CREATE DATABASE ${name}`)
    await connection.end()
    return `mysql://root@127.0.0.1:${this.mariadb.port}/${name}`
  }

  /** Commits are not flushed meanwhile: what is filled can be filled again. */
  async withoutFlushing(work: () => Promise<void>): Promise<void> {
    await this.#setFlushing(0)
    await work()
    await this.#setFlushing(1)
  }

  async #setFlushing(value: 0 | 1): Promise<void> {
    const connection = await createConnection({ host: '127.0.0.1', port: this.mariadb?.port ?? 0, user: 'root' })
    await connection.query(`SET GLOBAL innodb_flush_log_at_trx_commit = ${value}`)
    await connection.end()
  }

  makeFolder(name: string): string {
    const path = join(this.folder, name)
    mkdirSync(path, { recursive: true })
    return path
  }

  /** Starts a process and waits until it says that it is ready. */
  async start(name: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<BenchProcess> {
    const child = spawn(process.execPath, [...(process.env['BENCH_NODE_ARGS']?.split(' ') ?? []), 'dist/cli/main.js', ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], [MARKER_VARIABLE]: process.env[MARKER_VARIABLE], LONGSHORE_KEYS_DIR: join(this.folder, 'keys'), ...environment }, stdio: ['ignore', 'ignore', 'pipe'],
    })
    const started = new BenchProcess(name, child)
    this.#processes.push(started)
    await until(() => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${started.log}`)
      return started.log.includes('ready')
    }, { timeout: 30_000, describe: () => `${name} to be ready; it said:\n${started.log}` })
    return started
  }

  async stopProcesses(): Promise<void> {
    for (const running of this.#processes.splice(0).reverse()) await running.stop()
  }

  async close(): Promise<void> {
    await this.stopProcesses()
    await this.redis.stop()
    await this.mariadb?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
