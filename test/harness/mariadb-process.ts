import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun, which } from '../../scripts/lib/command.mjs'
import { freePort } from './free-port.js'
import { answers, ServerProcess } from './server-process.js'

/** Small files: they are written once for each instance. */
const STORAGE = ['--innodb-log-file-size=16M', '--innodb-buffer-pool-size=64M', '--innodb-undo-tablespaces=0']

/**
 * Flushing at every commit only to the kernel (2), and telling the kernel never to flush to the disk, keeps everything that
 * was acknowledged through a SIGKILL, which is what the tests provoke, at a tenth of the cost.
 */
const WITHOUT_DISK = ['--innodb-flush-log-at-trx-commit=2', '--innodb-flush-method=nosync', '--debug-no-sync']
const SPEED = ['--skip-log-bin', '--performance-schema=OFF', '--skip-name-resolve', '--max-connections=400']

const AS_ROOT = process.getuid?.() === 0 ? ['--user=root'] : []

/** Makes a data directory in which root comes in over TCP without a password. */
export async function installMariadb(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await mustRun(which('mariadb-install-db') ?? 'mariadb-install-db',
    ['--no-defaults', `--datadir=${folder}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...STORAGE, ...AS_ROOT])
}

export interface MariadbProcess extends Pick<ServerProcess, 'pid' | 'log' | 'launch' | 'kill' | 'stop' | 'freeze' | 'thaw'> {
  readonly port: number
}

interface Launch {
  readonly template: string
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly durable?: boolean
  /** After all others, so that they win. */
  readonly args?: readonly string[]
}

/** Starts a server on a copy of a data directory; a durable one flushes to the disk at every commit, as in production. */
export async function launchMariadb({ template, folder, environment, durable = false, args = [] }: Launch): Promise<MariadbProcess> {
  const data = join(folder, 'data')
  // A server that starts removes what looks like temporary tables from its folder for them, whoever works with them.
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  cpSync(template, data, { recursive: true })
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const server = new ServerProcess({
      name: `mariadbd on port ${port}`,
      command: which('mariadbd') ?? 'mariadbd',
      args: ['--no-defaults', `--datadir=${data}`, `--tmpdir=${temporary}`, `--socket=${join(folder, 's')}`, `--pid-file=${join(folder, 'pid')}`, `--port=${port}`, '--bind-address=127.0.0.1',
        ...STORAGE, ...SPEED, ...(durable ? [] : WITHOUT_DISK), ...AS_ROOT, ...args],
      environment,
      logFile: join(folder, 'mariadb.log'),
      // The server speaks first; its greeting names the plugin that checks passwords.
      isReady: () => answers(port, '', 'mysql_native_password'),
    })
    try {
      await server.launch()
      return Object.assign(server, { port })
    } catch (error) {
      await server.stop()
      if (tries === 5 || !server.log.includes('Address already in use')) throw error
    }
  }
}
