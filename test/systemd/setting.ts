import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../../scripts/lib/command.mjs'
import { bootNode, ensureSystemImage, type SystemNode } from '../../scripts/lib/node-image.mjs'
import { atEnd } from '../harness/cleanup.js'
import { sharedDocker } from '../harness/docker.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'

const ROOT = join(import.meta.dirname, '../..')

/** Builds a .deb of this checkout that calls itself `version`; returns its path. */
export async function buildPackage(folder: string, version: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const made = await mustRun(process.execPath, [join(ROOT, 'scripts/package.mjs'), '--out', folder, '--version', version, '--only', 'deb', '--level', '1'], { cwd: ROOT })
  return made.trim()
}

/** One machine with systemd, Docker, MariaDB and Redis, on which nothing runs yet. Its /packages is `packages`. */
export class Machine {
  private constructor(private readonly node: SystemNode) {}

  static async boot(packages: string): Promise<Machine> {
    const { socketPath } = await sharedDocker()
    await ensureSystemImage(socketPath)
    const node = await bootNode(socketPath, { name: 'longshore-machine', dataDir: join(tempDir('machine'), 'docker'), binds: [`${packages}:/packages:ro`], labels: { 'longshore.test': 'systemd' } })
    atEnd(() => node.remove())
    return new Machine(node)
  }

  /** What a script printed, which must succeed. */
  async sh(script: string, timeoutMs = 120_000): Promise<string> {
    const { code, output } = await this.node.run(`set -eu\n${script}`, { timeoutMs })
    if (code !== 0) throw new Error(`exit ${code} of:\n${script}\n${output}`)
    return output
  }

  /** A property of a unit, as systemd knows it. */
  show(unit: string, property: string): Promise<string> {
    return this.sh(`systemctl show --value --property ${property} ${unit}`)
  }

  async pid(unit: string): Promise<number> {
    return Number(await this.show(unit, 'MainPID'))
  }

  /** What a `longshore … --json` printed. */
  async ask<T>(command: string): Promise<T> {
    return JSON.parse(await this.sh(`longshore ${command} --json`)) as T
  }

  /** Waits until a line of a unit's journal holds a text. */
  async journal(unit: string, text: string): Promise<string> {
    return until(async () => (await this.sh(`journalctl --no-pager -o cat -u ${unit}`)).split('\n').find(line => line.includes(text)), {
      timeout: 60_000, interval: 300, describe: `'${text}' in the journal of ${unit}`,
    })
  }
}
