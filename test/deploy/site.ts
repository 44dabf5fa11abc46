import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureSystemImage, inNode, SYSTEM_IMAGE } from '../../scripts/lib/node-image.mjs'
import { mustRun } from '../../scripts/lib/command.mjs'
import { atEnd } from '../harness/cleanup.js'
import { sharedDocker, type SharedDocker } from '../harness/docker.js'
import { freePort } from '../harness/free-port.js'
import { dockerConfig, startRegistry, type RegistryServer } from '../harness/registry.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Workbench, type ResourceChange } from '../terraform/terraform.js'
import { SHARED } from './dags.js'
import type { RunningFact } from './facts.js'
import { serveReleases } from './release-server.js'

const NAME = 'longshore-proof'
const IMAGE = 'longshore-test/proof-node:1'
const LOCAL = 'environments/local'
const MARK = 'longshore.environment'
/** Where the control node has the folder of DAG files. */
const DAGS = '/var/lib/longshore/dags'

/** A control node and workers that Terraform makes from a package, and a registry beside them. */
export class Site {
  readonly control = `${NAME}-control`
  /** Where DAG files are written; the scheduler reads it until the first deployment, which is made from it. */
  readonly dags = tempDir('dags')
  /** The package of the last apply, which Terraform wants to see to take away what it made. */
  #applied: string | null = null

  private constructor(private readonly docker: SharedDocker, private readonly bench: Workbench, readonly registry: RegistryServer, private readonly releaseStore: string, readonly webPort: number) {}

  /** `releases` is the folder in which the packages of versions lie. */
  static async open(releases: string): Promise<Site> {
    const docker = await sharedDocker()
    await ensureSystemImage(docker.socketPath)
    const { IPAM } = await docker.client.getNetwork('bridge').inspect() as { IPAM: { Config: readonly { Gateway: string }[] } }
    const address = IPAM.Config[0]?.Gateway ?? ''
    const registry = await startRegistry(docker.client, address)
    await nodeImage(docker, registry.host)
    const bench = new Workbench()
    atEnd(() => { bench.stop() })
    await bench.start()
    const site = new Site(docker, bench, registry, await serveReleases(releases, address), await freePort())
    // The container's user is none of this machine's.
    chmodSync(site.dags, 0o755)
    await bench.must(LOCAL, ['init', '-no-color'])
    atEnd(() => site.remove())
    return site
  }

  worker(number: number): string {
    return `${NAME}-default-${number}`
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.webPort}${path}`
  }

  /** What Terraform would do for so many worker nodes. */
  plan(nodes: number, deb: string): Promise<readonly ResourceChange[]> {
    return this.bench.plan(LOCAL, this.#variables(nodes, deb))
  }

  apply(nodes: number, deb: string): Promise<string> {
    this.#applied = deb
    return this.bench.must(LOCAL, ['apply', '-no-color', '-auto-approve', ...this.#variables(nodes, deb)], this.#environment)
  }

  /** The same as a line for a shell, which settles `{nodes}` itself. */
  applyCommand(deb: string): string {
    const environment = Object.entries(this.#environment).map(([name, value]) => `${name}='${value}'`)
    const variables = this.#variables('{nodes}', deb).map(text => `'${text}'`)
    return [...environment, 'TF_IN_AUTOMATION=1', 'CHECKPOINT_DISABLE=1', 'terraform', `-chdir='${this.bench.path(LOCAL)}'`, 'apply', '-no-color', '-auto-approve', ...variables].join(' ')
  }

  /** Where this machine reaches the database of the installation. */
  async databaseUrl(): Promise<string> {
    return `mysql://longshore:longshore@${await this.sh(this.control, 'hostname -i')}/longshore`
  }

  /** What a script printed on a node, which must succeed. */
  async sh(node: string, script: string, timeoutMs = 180_000): Promise<string> {
    const { code, output } = await inNode(this.docker.socketPath, node, `set -eu\n${script}`, { timeoutMs })
    if (code !== 0) throw new Error(`exit ${code} on ${node} of:\n${script}\n${output}`)
    return output
  }

  /** What a `longshore … --json` printed on the control node. */
  async ask<T>(command: string): Promise<T> {
    return JSON.parse(await this.sh(this.control, `longshore ${command} --json`)) as T
  }

  /** A property of a unit of a node. */
  show(node: string, unit: string, property: string): Promise<string> {
    return this.sh(node, `systemctl show --value --property ${property} ${unit}`)
  }

  /** The containers of tasks that run on these nodes. */
  async running(...nodes: readonly string[]): Promise<RunningFact[]> {
    const found = await Promise.all(nodes.map(async node => {
      const text = await this.sh(node, `docker ps -q --no-trunc --filter label=longshore.attempt | xargs -r docker inspect --format '{{.Id}} {{.State.Pid}} {{index .Config.Labels "longshore.attempt"}}' || true`)
      return text.split('\n').flatMap(line => {
        const [, id, pid, attempt] = /^([0-9a-f]{64}) (\d+) (\S+)$/.exec(line) ?? []
        return id === undefined || pid === undefined || attempt === undefined ? [] : [{ node, id, pid: Number(pid), attempt }]
      })
    }))
    return found.flat()
  }

  /** Has a node's Docker write down, where all nodes can read it, which containers of tasks start and how they end. Started again when Docker is. */
  async watch(...nodes: readonly string[]): Promise<void> {
    await Promise.all(nodes.map(node => this.sh(node, `mkdir -p ${SHARED}
      systemd-run --quiet --unit=watch -p Restart=always -p RestartSec=200ms -p StartLimitIntervalSec=0 /bin/sh -c 'exec docker events --since 1 --filter label=longshore.attempt --filter event=start --filter event=die --format "{{json .}}" >> ${SHARED}/events-${node}'`)))
  }

  /** Writes a DAG file. */
  dag(name: string, text: string): void {
    writeFileSync(join(this.dags, `${name}.yaml`), text, { mode: 0o644 })
  }

  /** Has what is written there as DAG files come into force; what the command says. */
  deploy(): Promise<string> {
    return this.sh(this.control, `longshore deploy ${DAGS}`)
  }

  /** Waits for as many workers as there are nodes. */
  async workers(count: number, version: string): Promise<void> {
    await until(async () => {
      const found = await this.ask<readonly { readonly status: string; readonly version: string }[]>('workers list')
      return found.filter(worker => worker.status === 'online' && worker.version === version).length === count
    }, { timeout: 300_000, interval: 1_000, describe: `${count} workers of version ${version}` })
  }

  async remove(): Promise<void> {
    const { client } = this.docker
    if (this.#applied !== null) await this.bench.run(LOCAL, ['destroy', '-no-color', '-auto-approve', ...this.#variables(0, this.#applied)], { ...this.#environment, LONGSHORE_DRAIN: 'no' })
    // What an apply that was broken off has left.
    for (const { Id } of await client.listContainers({ all: true, filters: { label: [`${MARK}=${NAME}`] } })) await client.getContainer(Id).remove({ force: true, v: true }).catch(() => {})
    await client.getNetwork(NAME).remove().catch(() => {})
    await client.getVolume(`${NAME}-logs`).remove().catch(() => {})
    await client.getImage(IMAGE).remove({ force: true }).catch(() => {})
  }

  get #environment(): Record<string, string> {
    return { DOCKER_HOST: this.docker.host, PATH: process.env['PATH'] ?? '' }
  }

  #variables(nodes: number | string, deb: string): string[] {
    const settings = {
      LONGSHORE_ALLOW_MOUNT: SHARED, LONGSHORE_IMAGE_CHECK_EVERY: '1000', LONGSHORE_REGISTRY_AUTH_FILE: '/etc/longshore-registry.json', LONGSHORE_REQUESTS_PER_MINUTE: 'unlimited',
      LONGSHORE_RELEASE_STORE: this.releaseStore,
      // Restarts tell what is broken; a machine that is busy with three nodes is only slow.
      LONGSHORE_UPDATE_TIMEOUT: '120000',
    }
    const vars = { name: NAME, image: IMAGE, nodes, web_port: this.webPort, dags: this.dags, deb, settings: JSON.stringify(settings), worker_pools: JSON.stringify({ default: { queues: ['default'], concurrency: 24 } }) }
    return Object.entries(vars).map(([name, value]) => `-var=${name}=${value}`)
  }
}

/** The image of nodes, which may pull from our registry: it has no certificate, and wants a password. */
async function nodeImage({ client, host }: SharedDocker, registry: string): Promise<void> {
  const folder = tempDir('image')
  mkdirSync(join(folder, 'etc/docker'), { recursive: true })
  writeFileSync(join(folder, 'etc/docker/daemon.json'), JSON.stringify({ 'live-restore': true, 'insecure-registries': [registry] }, null, 1))
  writeFileSync(join(folder, 'etc/longshore-registry.json'), dockerConfig([registry]), { mode: 0o644 })
  const container = await client.createContainer({ Image: SYSTEM_IMAGE, Cmd: ['true'] })
  try {
    await mustRun('sh', ['-c', `tar -C "$0" --owner=0 --group=0 -c etc | docker -H "$1" cp - ${container.id}:/`, folder, host])
    const [repo, tag] = IMAGE.split(':')
    await container.commit({ repo, tag })
  } finally {
    await container.remove({ force: true })
  }
}
