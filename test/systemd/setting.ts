import { join } from 'node:path'
import { mustRun } from '../../scripts/lib/command.mjs'
import { bootNode, ensureSystemImage, type SystemNode } from '../../scripts/lib/node-image.mjs'
import { atEnd } from '../harness/cleanup.js'
import { sharedDocker } from '../harness/docker.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'

export const PASSWORD = 'a-password'
const ROOT = join(import.meta.dirname, '../..')

/** Types commands in the sources, whose packages are to be pressed as little as can be: they are for machines of tests. */
export async function typeInSources(script: string, out: string, options = ''): Promise<void> {
  const { host } = await sharedDocker()
  const typed = script.replaceAll(/npm run package(?: --)?(.*)/g, (_, own: string) => `npm run package --${own.replace(/--out \S+/, '')} --out ${out} --level 1 ${options}`)
  await mustRun('bash', ['-euo', 'pipefail', '-c', typed], { cwd: ROOT, env: { ...process.env, DOCKER_HOST: host } })
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

  /** Types commands as a page has them, in a folder with the packages. The names of servers are this machine's, where Redis has no certificate. */
  type(script: string): Promise<string> {
    const own = script.replaceAll('PASSWORD', PASSWORD).replaceAll('rediss://', 'redis://')
    return this.sh(`export DEBIAN_FRONTEND=noninteractive\ncd /root && ln -sf /packages/* .\n${own}`, 300_000)
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
