import { join } from 'node:path'
import Docker from 'dockerode'
import { BUSYBOX_IMAGE, ensureDemoImages } from '../../scripts/lib/demo-image.mjs'
import { openDocker } from '../../scripts/lib/docker.mjs'
import type { JobPayload } from '../../shared/protocol/job.js'
import { containerSpec, type ContainerContext } from '../../worker/executors/docker/container-spec.js'
import { DockerApi } from '../../worker/executors/docker/docker-api.js'
import { writeHostsFile } from '../../worker/executors/docker/hosts-file.js'
import { SystemCalls } from '../../worker/executors/docker/system-calls.js'
import { bareLoop, liveOnce, plainClient, type Batch, type Client, type Life } from '../bare-loop.js'
import { machineCpuSeconds } from '../machine-cpu.js'
import { publishImage } from '../published-image.js'
import { QueueFeeder } from '../queue-feeder.js'
import type { BenchProcess, Stage } from '../stage.js'
import { quantile, show, spread, type Spread } from '../statistics.js'

export const NETWORKS = ['none', 'host', 'bridge'] as const
export type Network = (typeof NETWORKS)[number]
export type Concurrency = number | 'best'

/** Among which the best concurrency of the bare loop is looked for. */
const CANDIDATES = [2, 4, 8]
const CALIBRATION = 16
const WARM_UP = 8
/** Of the worker's log, when something went wrong. */
const WORDS = 4_000

export interface W4Options {
  readonly networks: readonly Network[]
  /** Containers of each side, in all runs of one row together. */
  readonly count: number
  readonly concurrency: readonly Concurrency[]
  /** Rounds of a row: each side once. */
  readonly runs: number
  /** OCI runtime of the worker's containers and of those like them, by Docker's name for it; empty: Docker's default, which the bare loop always has. */
  readonly runtime: string
}

/** Some at a time, for as long as there are any. */
interface Row {
  readonly network: Network
  readonly concurrency: number
  readonly barePerSecond: Spread
  readonly workerPerSecond: Spread
  /** Of each round: the worker's containers a second over the bare loop's. */
  readonly ratio: Spread
  /** The bare loop, when it asks of Docker what the worker asks, and as the worker does. */
  readonly alikePerSecond: Spread
  readonly ratioToAlike: Spread
  /** CPU of the whole machine for each container. */
  readonly bareCpuMs: Spread
  readonly alikeCpuMs: Spread
  readonly workerCpuMs: Spread
  /** Of that, the worker process alone. */
  readonly processCpuMs: number
}

/** One at a time, each asked for when the one before it is gone, of Docker the same: nothing else shows what a worker adds of its own. */
interface Alone {
  readonly network: Network
  readonly alikeMs: Spread
  readonly alikeWithLogMs: Spread
  readonly workerMs: Spread
  /** Median over pairs, one made after the other: the worker's life less that of the loop, and less that of a loop that reads the log as well. */
  readonly addedMs: Spread
  readonly addedWithLogMs: Spread
}

type Column = 'alike' | 'alikeWithLog' | 'worker' | 'added' | 'addedWithLog'

export interface W4Report {
  readonly workload: 'W4'
  readonly rows: readonly Row[]
  readonly alone: readonly Alone[]
  readonly leaked: number
  readonly correct: boolean
  readonly text: string
}

/**
 * What a worker adds to the life of a container, beside a loop that only calls Docker, in the same minutes. The loop's containers are confined
 * as the worker's are, by Docker's own means: its network `none`, its own profile of system calls.
 */
export async function runW4(stage: Stage, { networks, count, concurrency, runs, runtime }: W4Options): Promise<W4Report> {
  const opened = await openDocker({ dataRoot: join(stage.makeFolder('docker'), 'data') })
  try {
    await ensureDemoImages(opened.socketPath, [BUSYBOX_IMAGE])
    const docker = new Docker({ socketPath: opened.socketPath })
    const image = await publishImage(docker, BUSYBOX_IMAGE, stage.makeFolder('registry'))
    const label = `bench-${process.pid}`
    const hostsFile = join(stage.makeFolder('hosts'), 'hosts')
    await writeHostsFile(hostsFile)
    const api = new DockerApi(opened.host)
    const bare: Way = { client: plainClient(docker), asked: NOTHING }
    const alike: Way = {
      client: { create: spec => api.createContainer(spec), get: id => api.calls.getContainer(id) },
      asked: { runtime, hostsFile, systemCalls: await new SystemCalls(api, 'native').profile() },
    }
    const rows: Row[] = []
    const alone: Alone[] = []
    for (const network of networks) {
      const side = new Sides({ stage, host: opened.host, label, network, image, bare, alike })
      let best: number | null = null
      const size = Math.max(1, Math.round(count / runs))
      for (const wanted of concurrency) rows.push(await side.measure(wanted === 'best' ? best ??= await side.calibrate() : wanted, size, runs))
      alone.push(await side.measureAlone(Math.ceil(size / 3), runs))
    }
    const leaked = (await docker.listContainers({ all: true, filters: { label: [`longshore.dag=${label}`] } })).length
    return { workload: 'W4', rows, alone, leaked, correct: leaked === 0, text: toText(rows, alone, { runs, runtime, leaked }) }
  } finally {
    await opened.stop()
  }
}

interface SidesOptions {
  readonly stage: Stage
  readonly host: string
  readonly label: string
  readonly network: Network
  readonly image: string
  readonly bare: Way
  /** As the worker does it. */
  readonly alike: Way
}

/** How a loop has Docker run containers. */
interface Way {
  readonly client: Client
  /** Beyond what each is asked for. */
  readonly asked: Asked
}

type Asked = Pick<ContainerContext, 'runtime' | 'hostsFile' | 'systemCalls'>

const NOTHING: Asked = { runtime: '', hostsFile: '', systemCalls: '' }

/** The sides of one network. */
class Sides {
  static #instances = 0
  static #workers = 0

  constructor(private readonly options: SidesOptions) {}

  /** The concurrency at which the bare loop is fastest. */
  async calibrate(): Promise<number> {
    await this.#loop('bare', WARM_UP, 2)
    const rates = new Map<number, number>()
    for (const candidate of CANDIDATES) rates.set(candidate, perSecond(await this.#loop('bare', CALIBRATION, candidate)))
    return [...rates].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 1
  }

  async measure(concurrency: number, size: number, runs: number): Promise<Row> {
    const rounds: Record<'bare' | 'alike' | 'worked', Measured>[] = []
    let cpu = 0
    await this.#withWorker(concurrency, async (work, worker) => {
      await work(this.#payloads(WARM_UP, worker.name))
      await this.#loop('bare', WARM_UP, concurrency)
      const sides = {
        bare: () => this.#loop('bare', size, concurrency),
        worked: () => work(this.#payloads(size, worker.name)),
        alike: () => this.#loop('alike', size, concurrency),
      }
      for (let run = 0; run < runs; run += 1) {
        const round: Partial<Record<keyof typeof sides, Measured>> = {}
        // In turns, so that no side always comes after the same other.
        const names = ['bare', 'worked', 'alike'] as const
        for (const name of run % 2 === 0 ? names : names.toReversed()) {
          const before = worker.cpuSeconds
          round[name] = await measured(size, sides[name])
          if (name === 'worked') cpu += worker.cpuSeconds - before
        }
        rounds.push(round as Record<keyof typeof sides, Measured>)
      }
    })
    return {
      network: this.options.network, concurrency,
      barePerSecond: spread(rounds.map(({ bare }) => perSecond(bare))), alikePerSecond: spread(rounds.map(({ alike }) => perSecond(alike))), workerPerSecond: spread(rounds.map(({ worked }) => perSecond(worked))),
      ratio: spread(rounds.map(({ bare, worked }) => perSecond(worked) / perSecond(bare))), ratioToAlike: spread(rounds.map(({ alike, worked }) => perSecond(worked) / perSecond(alike))),
      bareCpuMs: spread(rounds.map(({ bare }) => bare.cpuMs)), alikeCpuMs: spread(rounds.map(({ alike }) => alike.cpuMs)), workerCpuMs: spread(rounds.map(({ worked }) => worked.cpuMs)),
      processCpuMs: cpu * 1000 / (size * runs),
    }
  }

  async measureAlone(size: number, runs: number): Promise<Alone> {
    const rounds: Record<Column, number>[] = []
    await this.#withWorker(1, async (work, worker) => {
      const one = async (): Promise<number> => (await work(this.#payloads(1, worker.name))).lives[0] ?? Number.NaN
      const median = (values: readonly number[]): number => quantile(values, 0.5)
      for (let warmed = 0; warmed < WARM_UP; warmed += 1) await one()
      for (let run = 0; run < runs; run += 1) {
        const alike: Life[] = []
        const lives: number[] = []
        // By turns, one and one: the speed of the machine drifts by more than what is looked for.
        for (let made = 0; made < size; made += 1) {
          alike.push(await liveOnce(this.options.alike.client, this.#spec(this.options.alike), { readLog: true }))
          lives.push(await one())
        }
        rounds.push({
          alike: median(alike.map(({ ended }) => ended)), alikeWithLog: median(alike.map(({ read }) => read)), worker: median(lives),
          added: median(lives.map((life, at) => life - (alike[at]?.ended ?? Number.NaN))), addedWithLog: median(lives.map((life, at) => life - (alike[at]?.read ?? Number.NaN))),
        })
      }
    })
    const column = (name: Column): Spread => spread(rounds.map(round => round[name]))
    return { network: this.options.network, alikeMs: column('alike'), alikeWithLogMs: column('alikeWithLog'), workerMs: column('worker'), addedMs: column('added'), addedWithLogMs: column('addedWithLog') }
  }

  async #withWorker(concurrency: number, use: (work: (payloads: readonly JobPayload[]) => Promise<Batch>, worker: BenchProcess) => Promise<void>): Promise<void> {
    const queue = `w4-${this.options.network}-${Sides.#workers += 1}`
    const folder = this.options.stage.makeFolder(queue)
    const worker = await this.options.stage.start(queue, ['worker', '--queues', queue, '--concurrency', String(concurrency)], {
      LONGSHORE_REDIS_URL: this.options.stage.redisUrl, LONGSHORE_DOCKER_HOST: this.options.host, LONGSHORE_STATE_DIR: join(folder, 'state'), LONGSHORE_LOG_STORE: `file:${join(folder, 'logs')}`,
      LONGSHORE_REQUIRE_SIGNATURES: 'false', LONGSHORE_ALLOW_NETWORK: '*', LONGSHORE_CONTAINER_RUNTIME: this.options.alike.asked.runtime,
    })
    const feeder = new QueueFeeder(this.options.stage.redisUrl, queue)
    try {
      await use(payloads => feeder.run(payloads), worker)
    } catch (error) {
      throw new Error(`${(error as Error).message}; the worker said:\n${worker.log.slice(-WORDS)}`, { cause: error })
    } finally {
      await feeder.close()
      await worker.stop()
    }
  }

  #loop(which: 'bare' | 'alike', size: number, concurrency: number): Promise<Batch> {
    const way = this.options[which]
    return bareLoop(way.client, Array.from({ length: size }, () => this.#spec(way)), concurrency)
  }

  #spec({ asked }: Way): Docker.ContainerCreateOptions {
    const context = { worker: '00000000-bare', pushgatewayUrl: '', network: '', pidsLimit: 4096, cgroupParent: '', resultDirectory: '', ...asked }
    const [payload] = this.#payloads(1, 'bare') as [JobPayload]
    return containerSpec({ attempt: payload.attempt, directory: '', payload }, context)
  }

  #payloads(size: number, queue: string): JobPayload[] {
    return Array.from({ length: size }, () => {
      const attempt = `${Sides.#instances += 1}.1` as const
      return {
        v: 1, attempt, queue, dag: this.options.label, task: 'true', run: 'bench', mapIndex: -1, tryNumber: 1, kind: 'container', image: this.options.image, entrypoint: null,
        command: ['/bin/true'], env: {}, mounts: [], network: this.options.network, user: null, workdir: null, cpus: null, memory: null, shm: null, gpus: null, pull: 'never',
        labels: {}, stopGrace: 10_000, timeout: null, result: false, log: `bench/${attempt}`,
      }
    })
  }
}

const perSecond = ({ wallMs, lives }: Batch): number => lives.length * 1000 / wallMs

interface Measured extends Batch {
  /** CPU of the whole machine for each container. */
  readonly cpuMs: number
}

async function measured(size: number, work: () => Promise<Batch>): Promise<Measured> {
  const before = machineCpuSeconds()
  const batch = await work()
  return { ...batch, cpuMs: (machineCpuSeconds() - before) * 1000 / size }
}

function toText(rows: readonly Row[], alone: readonly Alone[], { runs, runtime, leaked }: { readonly runs: number; readonly runtime: string; readonly leaked: number }): string {
  return [
    `W4: /bin/true in a container, a worker and a bare dockerode loop in turns; median (range) of ${runs} rounds`, '',
    ...toTable(['network', 'concurrency', 'bare/s', 'worker/s', 'ratio', 'alike/s', 'ratio to it', 'bare CPU ms', 'alike CPU ms', 'worker CPU ms', 'of it the process'], rows.map(row => [
      row.network, String(row.concurrency), show(row.barePerSecond), show(row.workerPerSecond), show(row.ratio, 2), show(row.alikePerSecond), show(row.ratioToAlike, 2), show(row.bareCpuMs, 0), show(row.alikeCpuMs, 0), show(row.workerCpuMs, 0),
      row.processCpuMs.toFixed(1),
    ])), '',
    'alike: the loop again, asking of Docker what the worker asks, over its client: the kernel\'s own empty network for none, system calls of native programs alone.', ...(runtime === '' ? [] : [`The worker's containers and those are run by ${runtime}, the bare loop's by Docker's default.`]), '',
    'One at a time, each when the one before it was gone:', '',
    ...toTable(['network', 'alike ms', 'and its log ms', 'worker ms', 'added ms', 'beside the log ms'], alone.map(row => [
      row.network, show(row.alikeMs), show(row.alikeWithLogMs), show(row.workerMs), show(row.addedMs), show(row.addedWithLogMs),
    ])), '',
    leaked === 0 ? 'Every container ran once, ended with 0, and is gone.' : `${leaked} CONTAINERS ARE LEFT.`,
  ].join('\n')
}

function toTable(columns: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, index) => Math.max(column.length, ...lines.map(line => (line[index] ?? '').length)))
  return [columns, ...lines].map(cells => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd())
}
