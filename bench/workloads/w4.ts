import { join } from 'node:path'
import Docker from 'dockerode'
import { BUSYBOX_IMAGE, ensureDemoImages } from '../../scripts/lib/demo-image.mjs'
import { openDocker } from '../../scripts/lib/docker.mjs'
import type { JobPayload } from '../../shared/protocol/job.js'
import { containerSpec } from '../../worker/executors/docker/container-spec.js'
import { bareLoop, type Batch } from '../bare-loop.js'
import { publishImage } from '../published-image.js'
import { QueueFeeder } from '../queue-feeder.js'
import type { Stage } from '../stage.js'
import { quantile, show, spread, type Spread } from '../statistics.js'

export const NETWORKS = ['none', 'host', 'bridge'] as const
export type Network = (typeof NETWORKS)[number]
export type Concurrency = number | 'best'

/** Among which the best concurrency of the bare loop is looked for. */
const CANDIDATES = [2, 4, 8]
const CALIBRATION = 16
const WARM_UP = 8

export interface W4Options {
  readonly networks: readonly Network[]
  /** Containers of each side, in all runs of one row together. */
  readonly count: number
  readonly concurrency: readonly Concurrency[]
  /** Pairs of a row. */
  readonly runs: number
}

interface Row {
  readonly network: Network
  readonly concurrency: number
  readonly barePerSecond: Spread
  readonly workerPerSecond: Spread
  /** Of each pair: the worker's containers a second over the bare loop's. */
  readonly ratio: Spread
  /** Of each pair: the median life of a container in the worker (claim to finish) less that in the bare loop (create to end). */
  readonly addedMs: Spread
  readonly workerCpuMs: number
}

export interface W4Report {
  readonly workload: 'W4'
  readonly rows: readonly Row[]
  readonly leaked: number
  readonly correct: boolean
  readonly text: string
}

/** What a worker adds to the life of a container, beside a loop that only calls Docker, with the same settings in the same minutes. */
export async function runW4(stage: Stage, { networks, count, concurrency, runs }: W4Options): Promise<W4Report> {
  const opened = await openDocker({ dataRoot: join(stage.makeFolder('docker'), 'data') })
  try {
    await ensureDemoImages(opened.socketPath, [BUSYBOX_IMAGE])
    const docker = new Docker({ socketPath: opened.socketPath })
    const image = await publishImage(docker, BUSYBOX_IMAGE, stage.makeFolder('registry'))
    const label = `bench-${process.pid}`
    const rows: Row[] = []
    for (const network of networks) {
      const side = new Sides(stage, docker, opened.host, label, network, image)
      let best: number | null = null
      for (const wanted of concurrency) rows.push(await side.measure(wanted === 'best' ? best ??= await side.calibrate() : wanted, Math.max(1, Math.round(count / runs)), runs))
    }
    const leaked = (await docker.listContainers({ all: true, filters: { label: [`longshore.dag=${label}`] } })).length
    return { workload: 'W4', rows, leaked, correct: leaked === 0, text: toText(rows, runs, leaked) }
  } finally {
    await opened.stop()
  }
}

/** The two sides of one network. */
class Sides {
  static #instances = 0

  constructor(private readonly stage: Stage, private readonly docker: Docker, private readonly host: string, private readonly label: string, private readonly network: Network, private readonly image: string) {}

  /** The concurrency at which the bare loop is fastest. */
  async calibrate(): Promise<number> {
    await this.#bare(WARM_UP, 2)
    const rates = new Map<number, number>()
    for (const candidate of CANDIDATES) rates.set(candidate, perSecond(await this.#bare(CALIBRATION, candidate)))
    return [...rates].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 1
  }

  async measure(concurrency: number, size: number, runs: number): Promise<Row> {
    const queue = `w4-${this.network}-${concurrency}`
    const folder = this.stage.makeFolder(queue)
    const worker = await this.stage.start(queue, ['worker', '--queues', queue, '--concurrency', String(concurrency)], {
      LONGSHORE_REDIS_URL: this.stage.redisUrl, LONGSHORE_DOCKER_HOST: this.host, LONGSHORE_STATE_DIR: join(folder, 'state'), LONGSHORE_LOG_STORE: `file:${join(folder, 'logs')}`,
      LONGSHORE_REQUIRE_SIGNATURES: 'false', LONGSHORE_ALLOW_NETWORK: '*',
    })
    const feeder = new QueueFeeder(this.stage.redisUrl, queue)
    const pairs: { readonly bare: Batch; readonly worked: Batch }[] = []
    let cpu = 0
    try {
      const work = (n: number): Promise<Batch> => feeder.run(this.#payloads(n, queue))
      await work(WARM_UP)
      await this.#bare(WARM_UP, concurrency)
      for (let run = 0; run < runs; run += 1) {
        // In turns, so that neither side is always the one that comes after the other.
        const first = run % 2 === 0 ? await this.#bare(size, concurrency) : null
        const before = worker.cpuSeconds
        const worked = await work(size)
        cpu += worker.cpuSeconds - before
        pairs.push({ worked, bare: first ?? await this.#bare(size, concurrency) })
      }
    } finally {
      await feeder.close()
      await worker.stop()
    }
    return {
      network: this.network, concurrency,
      barePerSecond: spread(pairs.map(({ bare }) => perSecond(bare))), workerPerSecond: spread(pairs.map(({ worked }) => perSecond(worked))),
      ratio: spread(pairs.map(({ bare, worked }) => perSecond(worked) / perSecond(bare))),
      addedMs: spread(pairs.map(({ bare, worked }) => quantile(worked.lives, 0.5) - quantile(bare.lives, 0.5))),
      workerCpuMs: cpu * 1000 / (size * runs),
    }
  }

  #bare(size: number, concurrency: number): Promise<Batch> {
    const context = { worker: '00000000-bare', pushgatewayUrl: '', network: '', pidsLimit: 4096, cgroupParent: '', resultDirectory: '' }
    const specs = this.#payloads(size, 'bare').map(payload => containerSpec({ attempt: payload.attempt, directory: '', payload }, context))
    return bareLoop(this.docker, specs, concurrency)
  }

  #payloads(size: number, queue: string): JobPayload[] {
    return Array.from({ length: size }, () => {
      const attempt = `${Sides.#instances += 1}.1` as const
      return {
        v: 1, attempt, queue, dag: this.label, task: 'true', run: 'bench', mapIndex: -1, tryNumber: 1, kind: 'container', image: this.image, entrypoint: null,
        command: ['/bin/true'], env: {}, mounts: [], network: this.network, user: null, workdir: null, cpus: null, memory: null, shm: null, gpus: null, pull: 'never',
        labels: {}, stopGrace: 10_000, timeout: null, result: false, log: `bench/${attempt}`,
      }
    })
  }
}

const perSecond = ({ wallMs, lives }: Batch): number => lives.length * 1000 / wallMs

function toText(rows: readonly Row[], runs: number, leaked: number): string {
  const columns = ['network', 'concurrency', 'bare/s', 'worker/s', 'ratio', 'added ms', 'worker CPU ms']
  const lines = rows.map(row => [row.network, String(row.concurrency), show(row.barePerSecond), show(row.workerPerSecond), show(row.ratio, 2), show(row.addedMs), row.workerCpuMs.toFixed(1)])
  const widths = columns.map((column, index) => Math.max(column.length, ...lines.map(line => (line[index] ?? '').length)))
  const toLine = (cells: readonly string[]): string => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd()
  return [
    `W4: /bin/true in a container, a worker and a bare dockerode loop in turns; median (range) of ${runs} pairs`, '',
    toLine(columns), ...lines.map(toLine), '',
    leaked === 0 ? 'Every container ran once, ended with 0, and is gone.' : `${leaked} CONTAINERS ARE LEFT.`,
  ].join('\n')
}
