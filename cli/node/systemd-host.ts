import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadConfig } from '../../shared/config/load.js'
import { LongshoreError } from '../../shared/errors.js'
import { DockerApi } from '../../worker/executors/docker/docker-api.js'
import { Label } from '../../worker/executors/docker/container-spec.js'
import type { Host, Unit, UnitSettings } from './host.js'
import { parseEnvironment, parseProperties, undoAfter, unitOf } from './systemd-text.js'

const ETC = '/etc/longshore'
const LIB = '/usr/lib/longshore'
const SERVICES = ['longshore-web.service', 'longshore-scheduler.service', 'longshore-worker@*.service']
const INSTALL_UNIT = 'longshore-install'
const UNDO_UNIT = 'longshore-undo'
const LOOK_MS = 200
const TRY_OUT_MS = 30_000
const UNPACK_MS = 5 * 60_000
const MIGRATION_MS = 30 * 60_000
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }
const run = promisify(execFile)

/**
 * A machine with systemd on which Longshore was installed from its package. What needs rights is done by units of its own that systemd
 * is asked for: they outlive this process, and this process needs none.
 */
export class SystemdHost implements Host {
  #isDeb: boolean | null = null

  constructor(private readonly options: { readonly stateDir: string; readonly config: string | undefined; readonly dockerHost: string; readonly updateTimeout: number }) {}

  async installed(): Promise<string> {
    const isDeb = await this.#knowForm()
    if (isDeb) return (await command('dpkg-query', ['-W', '-f', '${Version}', 'longshore'])).trim()
    const text = await readFile(join(LIB, 'BUILD.json'), 'utf8').catch(() => { throw new LongshoreError('LS_NODE', 'Longshore was not installed here from a package') })
    return (JSON.parse(text) as { version: string }).version
  }

  packageOf(version: string): string {
    return this.#isDeb === false ? `longshore-${version}-linux-${process.arch}.tar.zst` : `longshore_${version}_${ARCHITECTURES[process.arch] ?? process.arch}.deb`
  }

  async units(): Promise<Unit[]> {
    const text = await command('systemctl', ['show', '-p', 'Id,LoadState,ActiveState,MainPID,NRestarts', ...SERVICES])
    return parseProperties(text).flatMap(properties => unitOf(properties) ?? [])
  }

  async settingsOf({ name, role, pool }: Unit): Promise<UnitSettings> {
    const environment = parseEnvironment(await readFile(join(ETC, role === 'worker' ? `worker-${pool}.env` : `${role}.env`), 'utf8').catch(() => ''))
    const { config } = loadConfig({ file: this.options.config ?? join(ETC, 'longshore.yaml'), fileRequired: false, environment, flags: {} })
    if (role === 'web') return { queues: [], url: await this.#socketUrl(name.replace(/service$/, 'socket')) }
    const host = config.httpHost === '0.0.0.0' || config.httpHost === '::' ? '127.0.0.1' : config.httpHost
    return { queues: config.queues, url: config.httpPort === 0 ? null : `http://${host.includes(':') ? `[${host}]` : host}:${config.httpPort}` }
  }

  async tryOut(file: string, version: string, migrate: boolean): Promise<void> {
    const folder = await mkdtemp(join(this.options.stateDir, 'tryout-'))
    try {
      // Not dpkg-deb -x, which wants to give files to their owners: this process may not, and need not.
      const unpack = await this.#knowForm() ? 'dpkg-deb --fsys-tarfile "$0" | tar -C "$1" --no-same-owner -xf -' : 'tar -C "$1" --no-same-owner -xf "$0"'
      await command('/bin/sh', ['-ec', unpack, file, folder], UNPACK_MS)
      const longshore = (args: readonly string[], limit: number): Promise<string> => command(join(folder, LIB, 'bin/node'), [join(folder, LIB, 'lib/longshore.js'), ...args], limit)
      const said = (await longshore(['--version'], TRY_OUT_MS)).trim()
      if (said !== version) throw new LongshoreError('LS_NODE', `the package of version ${version} says that it is ${said}`)
      // Before any service has the new version: the old ones go on with a schema that has only been added to.
      if (migrate) await longshore(['db', 'migrate'], MIGRATION_MS)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async install(file: string): Promise<void> {
    await command('systemctl', ['reset-failed', `${INSTALL_UNIT}.service`]).catch(() => {})
    await this.#transient(INSTALL_UNIT, [], await this.#installer(file))
    for (;;) {
      const [state] = parseProperties(await command('systemctl', ['show', '-p', 'ActiveState,Result,ExecMainStatus', `${INSTALL_UNIT}.service`]))
      if (state?.['ActiveState'] === 'failed') throw new LongshoreError('LS_NODE', `${file} could not be installed (${state['Result']}, exit code ${state['ExecMainStatus']}): journalctl -u ${INSTALL_UNIT}`)
      if (state?.['ActiveState'] === 'inactive') return
      await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
  }

  async interrupt(): Promise<void> {
    await command('systemctl', ['stop', `${INSTALL_UNIT}.service`]).catch(() => {})
  }

  async arm(file: string): Promise<void> {
    await this.disarm()
    await this.#transient(UNDO_UNIT, [`--on-active=${undoAfter(this.options.updateTimeout)}s`], await this.#installer(file))
  }

  async disarm(): Promise<void> {
    await command('systemctl', ['stop', `${UNDO_UNIT}.timer`]).catch(() => {})
    await command('systemctl', ['reset-failed', `${UNDO_UNIT}.service`]).catch(() => {})
  }

  async start(unit: string): Promise<void> {
    await command('systemctl', ['start', '--no-block', unit])
  }

  async signal(unit: string, signal: 'SIGUSR2' | 'SIGPWR'): Promise<void> {
    await command('systemctl', ['kill', '--kill-whom=main', `--signal=${signal}`, unit])
  }

  async tasksOf(worker: string | null): Promise<string[]> {
    const found = await new DockerApi(this.options.dockerHost).calls.listContainers({ filters: { label: [worker === null ? Label.worker : `${Label.worker}=${worker}`, Label.attempt], status: ['running'] } })
    return found.map(({ Id }) => Id)
  }

  async #installer(file: string): Promise<readonly string[]> {
    if (await this.#knowForm()) return ['/usr/bin/dpkg', '--force-confdef,confold', '-i', file]
    // What the .deb does after it is unpacked. The administrator's settings stay.
    return ['/bin/sh', '-ec', `tar -C / --exclude=./etc/longshore -xf "$0"
      systemd-sysusers /usr/lib/sysusers.d/longshore.conf; systemd-tmpfiles --create /usr/lib/tmpfiles.d/longshore.conf
      systemctl daemon-reload; systemctl try-restart ${SERVICES.map(name => `'${name}'`).join(' ')} longshore-lifecycle.service`, file]
  }

  async #transient(unit: string, options: readonly string[], what: readonly string[]): Promise<void> {
    await command('systemd-run', ['--quiet', '--no-block', `--unit=${unit}`, '-p', 'Type=oneshot', '--setenv=DEBIAN_FRONTEND=noninteractive', ...options, ...what])
  }

  async #socketUrl(socket: string): Promise<string | null> {
    const [shown] = parseProperties(await command('systemctl', ['show', '-p', 'Listen', socket]))
    const address = /^(\S+) \(Stream\)/.exec(shown?.['Listen'] ?? '')?.[1] ?? ''
    const port = /:(\d+)$/.exec(address)?.[1]
    return port === undefined ? null : `http://${/^(?:0\.0\.0\.0|\[::\]):/.test(address) ? '127.0.0.1' : address.slice(0, -port.length - 1)}:${port}`
  }

  async #knowForm(): Promise<boolean> {
    return this.#isDeb ??= await command('dpkg-query', ['-W', '-f', '${db:Status-Status}', 'longshore']).then(status => status !== 'not-installed', () => false)
  }
}

async function command(program: string, args: readonly string[], timeout = 60_000): Promise<string> {
  try {
    return (await run(program, [...args], { timeout, maxBuffer: 4 * 1024 * 1024 })).stdout
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string }
    throw new LongshoreError('LS_NODE', `${program.split('/').at(-1)} ${args[0] ?? ''}: ${(stderr.trim() === '' ? message : stderr.trim()).slice(-1_000)}`, { cause })
  }
}
