import type Docker from 'dockerode'
import type { AttemptId } from '../../../shared/protocol/attempt-id.js'
import type { Pull } from '../../../shared/protocol/events.js'
import { FinishReason } from '../../../shared/states/attempt.js'
import { monotonic, sleep, wallClock } from '../../clock.js'
import { CgroupMeters } from '../../resources/cgroup-meters.js'
import type { Usage } from '../../resources/usage.js'
import { ExecutionFailure, UncertainStart, type Ended, type Executor, type LogBatch, type LogPosition, type Observation, type Run, type Task, type TaskRef } from '../executor.js'
import { environmentOf } from '../environment.js'
import { makeOutputDirectory, outputDirectory } from '../result-file.js'
import type { Death } from './container-events.js'
import { ContainerLog, type ContainerLogPosition } from './container-log.js'
import { containerName, containerSpec, Label } from './container-spec.js'
import { observe } from './container-state.js'
import { isDockerAway, reasonOf, statusOf, type DockerApi } from './docker-api.js'
import { hostBootedAt, type DockerWatch } from './docker-watch.js'
import type { Images } from './images.js'
import { keptName } from './kept-name.js'
import type { SystemCalls } from './system-calls.js'

/** The daemon's word of an end can stay out for ever; inspect is the truth and is asked this often. */
const INSPECT_EVERY_MS = 5_000
/** The daemon told of an end before its own record has it. */
const SETTLE_MS = 20
const AWAY_RETRY_MS = 500
const REMOVAL_MS = 10_000
/** How long a step before the start waits for a daemon that is away; then the attempt goes back to the scheduler. */
const AWAY_PATIENCE_MS = 60_000

export interface DockerExecutorOptions {
  readonly docker: DockerApi
  readonly images: Images
  readonly watch: DockerWatch
  readonly worker: string
  readonly pushgatewayUrl: string
  /** Network of tasks that name none; empty means Docker's. */
  readonly network: string
  /** Processes and threads that one container may have. */
  readonly pidsLimit: number
  readonly cgroupParent: string
  /** OCI runtime, by Docker's name for it; empty: Docker's default. */
  readonly runtime: string
  /** File for /etc/hosts of containers without a network; empty when Docker does not see the files of this host. */
  readonly hostsFile: string
  readonly systemCalls: SystemCalls
  /** Tells those who follow an attempt's log what it waits for. */
  readonly tell?: (task: Task, words: string) => void
}

/** Each attempt is one container, named after it, and owned by no process: it runs on when the worker ends. */
export class DockerExecutor implements Executor {
  readonly kind = 'docker'
  readonly durable = true
  readonly keepsLog = true
  readonly #meters = new CgroupMeters()
  readonly #bootedAt = hostBootedAt()
  /** What to make each container of, from its preparation until it is made. */
  readonly #images = new Map<AttemptId, string>()
  /** Made by this process and not asked to start yet: nobody else can have started them. */
  readonly #unstarted = new Set<AttemptId>()
  /** Started by this process, which has the daemon's word for it and has listened since before. */
  readonly #started = new Map<AttemptId, Run>()
  /** Looks at what nobody knows yet where it is measured. */
  readonly #unmeasured = new Map<AttemptId, number>()
  /** Containers that are known to be this worker's. An id, unlike a name, never stands for another container. */
  readonly #ids = new Map<AttemptId, string>()
  #hostsFile: string

  constructor(private readonly options: DockerExecutorOptions) {
    this.#hostsFile = options.hostsFile
    options.watch.onOom(id => this.#meters.lookAtContainer(id))
  }

  async prepare(task: Task, signal: AbortSignal): Promise<Pull | null> {
    const { image, pull } = task.payload
    if (image === null) throw new ExecutionFailure(FinishReason.rejected, 'the task names no image')
    const { images, tell } = this.options
    const began = monotonic()
    let pulled: Pull | null = null
    const onPulled = (bytes: number): void => { pulled = { ms: Math.round(monotonic() - began), bytes } }
    this.#images.set(task.attempt, await this.#patiently(() => images.ensure(image, pull, signal, words => tell?.(task, words), onPulled), signal))
    return pulled
  }

  async create(task: Task): Promise<void> {
    if (task.payload.result) await makeOutputDirectory(task)
    await this.#patiently(async () => {
      try {
        const id = await this.#make(task)
        this.#ids.set(task.attempt, id)
        this.#unstarted.add(task.attempt)
        this.options.watch.events.watch(id)
      } catch (error) {
        if (isDockerAway(error)) throw error
        if (statusOf(error) === 404 && /no such image/i.test(reasonOf(error))) {
          this.options.images.forget(task.payload.image ?? '')
          throw new ExecutionFailure(FinishReason.infrastructure, 'its image was removed from this worker before its container was made', { cause: error })
        }
        if (statusOf(error) !== 409) throw new ExecutionFailure(FinishReason.startFailed, reasonOf(error), { cause: error })
        await this.#requireOurs(task)
      }
    })
  }

  async start(task: Task): Promise<Run> {
    if (!this.#unstarted.delete(task.attempt)) {
      const before = await this.#seenAround(task)
      // Started by a call whose answer was lost. Starting it again would run the task twice.
      if (before.state === 'running' || before.state === 'exited') return before.run
    }
    const refusal = await this.#container(task).start().then(() => null, (error: unknown) => error)
    if (refusal !== null && isDockerAway(refusal)) throw this.#uncertain(refusal)
    const known = refusal === null ? this.#knownStart(task.attempt) : null
    if (known !== null) return known
    const after = await this.#seenAround(task)
    if (after.state === 'running' || after.state === 'exited') return after.run
    if (after.state === 'absent') throw new ExecutionFailure(FinishReason.infrastructure, 'its container was removed before it started')
    throw new ExecutionFailure(FinishReason.startFailed, reasonOf(refusal), { cause: refusal })
  }

  async inspect(task: TaskRef): Promise<Observation> {
    let info: Docker.ContainerInspectInfo
    try {
      info = await this.#container(task).inspect()
    } catch (error) {
      if (statusOf(error) === 404) return { state: 'absent' }
      throw error
    }
    if (info.Config.Labels[Label.worker] !== this.options.worker) return { state: 'absent' }
    this.#ids.set(task.attempt, info.Id)
    if (info.State.Running) this.#meters.learn(task.attempt, info.Id, info.State.Pid)
    const { watch, images, docker } = this.options
    return observe(info, {
      imageDigest: await images.digestOf(info.Image, info.Config.Image), oomSeen: await watch.wasOomKilled(info), outages: watch.outages,
      hostBootedAt: /^tcp|^http/.test(docker.label) ? null : this.#bootedAt,
    })
  }

  async environment(task: TaskRef): Promise<Record<string, string>> {
    try {
      const { Config } = await this.#container(task).inspect()
      return Config.Labels[Label.worker] === this.options.worker ? environmentOf(Config.Env) : {}
    } catch (error) {
      if (statusOf(error) === 404) return {}
      throw error
    }
  }

  async ended(task: TaskRef, signal: AbortSignal): Promise<Ended> {
    const { watch, watch: { events } } = this.options
    // What this process has started need not be looked at before it is told of.
    for (let look = !this.#started.has(task.attempt); ; look = true) {
      signal.throwIfAborted()
      const seen = look ? await this.inspect(task).catch(error => this.#away(error)) : undefined
      signal.throwIfAborted()
      if (seen === null) {
        await sleep(AWAY_RETRY_MS, signal)
        continue
      }
      if (seen?.state === 'exited' || seen?.state === 'absent') return seen
      const id = this.#ids.get(task.attempt) ?? ''
      events.watch(id)
      const told = await events.death(id, INSPECT_EVERY_MS, signal)
      if (told?.exitCode === 0) {
        const run = this.#started.get(task.attempt)
        if (run !== undefined) return endedWell(run, told, { startedAt: events.startedAt(id), oom: watch.hasToldOom(id) })
      }
      if (told !== null && look) await sleep(SETTLE_MS, signal)
    }
  }

  async stop(task: TaskRef, how: 'ask' | 'kill'): Promise<void> {
    const container = this.#container(task)
    try {
      const signal = how === 'kill' ? 'SIGKILL' : (await container.inspect() as { Config: { StopSignal?: string } }).Config.StopSignal ?? 'SIGTERM'
      await container.kill({ signal })
    } catch (error) {
      // 409: it does not run (any more).
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error
    }
  }

  usage(task: TaskRef): Usage | null {
    const { attempt } = task
    if (!this.#meters.has(attempt)) this.#seek(task)
    return this.#meters.look(attempt)
  }

  /** The first container that is still there when it is looked at again tells where all of them are measured. */
  #seek(task: TaskRef): void {
    const looks = (this.#unmeasured.get(task.attempt) ?? 0) + 1
    this.#unmeasured.set(task.attempt, looks)
    if (looks === 2) void this.inspect(task).catch(() => {})
  }

  async *readLog(task: TaskRef, from: LogPosition | null, follow: boolean, signal: AbortSignal): AsyncGenerator<LogBatch> {
    const position = from as ContainerLogPosition | null
    const query = { stdout: true, stderr: true, timestamps: true, follow, since: position?.time ?? '0' }
    const stream = await this.options.docker.stream(`/containers/${this.#nameOf(task)}/logs`, query, signal)
    const log = new ContainerLog(position)
    try {
      for await (const chunk of stream) {
        const batch = log.push(chunk as Buffer)
        if (batch.frames.length > 0) yield batch
      }
    } finally {
      stream.destroy()
    }
  }

  async keep(task: TaskRef, until: number): Promise<boolean> {
    const name = this.#nameOf(task)
    try {
      await this.options.docker.calls.getContainer(name).rename({ name: keptName(name, until) })
    } catch (error) {
      // It was never made, somebody removed it, or a process that died had renamed it already.
      if (statusOf(error) === 404) return false
      throw error
    }
    this.#forget(task)
    this.#ids.delete(task.attempt)
    return true
  }

  async remove(task: TaskRef, { unlessRunning = false }: { readonly unlessRunning?: boolean } = {}): Promise<void> {
    this.#forget(task)
    // Two workers may share a Docker: a container of this name can be another one's.
    if (!this.#ids.has(task.attempt) && (await this.inspect(task)).state === 'absent') return
    const id = this.#ids.get(task.attempt) ?? ''
    this.#ids.delete(task.attempt)
    try {
      await this.options.docker.calls.getContainer(id).remove({ force: !unlessRunning, v: true })
    } catch (error) {
      if (statusOf(error) === 404) return
      if (statusOf(error) !== 409) throw error
      if (unlessRunning) return
      // Its removal is under way; it is not over until it is gone.
      await this.#removed(task)
    }
  }

  async #make(task: Task): Promise<string> {
    const { docker, worker, pushgatewayUrl, network, pidsLimit, cgroupParent, runtime } = this.options
    const hostsFile = this.#hostsFile
    const systemCalls = await this.options.systemCalls.profile()
    const spec = containerSpec(task, { worker, pushgatewayUrl, network, pidsLimit, cgroupParent, runtime, hostsFile, systemCalls, resultDirectory: outputDirectory(task) })
    // By digest: the tag may have moved since it was resolved.
    const prepared = this.#images.get(task.attempt)
    try {
      return await docker.createContainer({ ...spec, ...(prepared !== undefined && { Image: prepared }) })
    } catch (error) {
      if (hostsFile === '' || !reasonOf(error).includes(hostsFile)) throw error
      // A local socket can lead to a Docker elsewhere, with other files.
      this.#hostsFile = ''
      return this.#make(task)
    }
  }

  #forget({ attempt }: TaskRef): void {
    this.#images.delete(attempt)
    this.#meters.forget(attempt)
    this.#unmeasured.delete(attempt)
    this.#unstarted.delete(attempt)
    this.#started.delete(attempt)
    this.options.watch.events.forget(this.#ids.get(attempt) ?? '')
  }

  #nameOf({ attempt }: Pick<TaskRef, 'attempt'>): string {
    return containerName(this.options.worker, attempt)
  }

  #container({ attempt }: TaskRef): Docker.Container {
    return this.options.docker.calls.getContainer(this.#nameOf({ attempt }))
  }

  async #removed(task: TaskRef): Promise<void> {
    const deadline = monotonic() + REMOVAL_MS
    while ((await this.inspect(task)).state !== 'absent') {
      if (monotonic() > deadline) throw new Error(`container ${this.#nameOf(task)} is being removed and does not go`)
      await sleep(AWAY_RETRY_MS)
    }
  }

  /** A container of this name exists: fine if it is this attempt's, made by a call whose answer was lost. */
  async #requireOurs(task: Task): Promise<void> {
    const { Config } = await this.#container(task).inspect()
    if (Config.Labels[Label.worker] === this.options.worker && Config.Labels[Label.attempt] === task.attempt) return
    throw new ExecutionFailure(FinishReason.startFailed, `a container named ${this.#nameOf(task)} exists and is not this worker's`)
  }

  /** What can be told of a container that was just started without looking at it; null when that is not enough. */
  #knownStart(attempt: AttemptId): Run | null {
    const { images, watch: { events } } = this.options
    const [handle, madeOf] = [this.#ids.get(attempt), this.#images.get(attempt)]
    if (handle === undefined || madeOf === undefined || !events.isListening) return null
    const imageDigest = images.recordOf(madeOf)
    if (imageDigest === null) return null
    this.#meters.learnBeside(attempt, handle)
    const run = { handle, imageDigest, startedAt: events.startedAt(handle) ?? wallClock() }
    this.#started.set(attempt, run)
    return run
  }

  /** Around a start, a container that cannot be looked at may run. */
  #seenAround(task: Task): Promise<Observation> {
    return this.inspect(task).catch((error: unknown) => { throw this.#uncertain(error) })
  }

  #uncertain(cause: unknown): UncertainStart {
    this.#away(cause)
    return new UncertainStart(`Docker did not answer: ${reasonOf(cause)}`, { cause })
  }

  #away(error: unknown): null {
    if (isDockerAway(error)) this.options.watch.noteAway()
    return null
  }

  /** Repeats a step, which must be idempotent, while the daemon is away. */
  async #patiently<T>(step: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const deadline = monotonic() + AWAY_PATIENCE_MS
    for (;;) {
      try {
        return await step()
      } catch (error) {
        signal?.throwIfAborted()
        if (!isDockerAway(error)) throw error instanceof ExecutionFailure ? error : new ExecutionFailure(FinishReason.infrastructure, reasonOf(error), { cause: error })
        this.options.watch.noteAway()
        if (monotonic() > deadline) throw new ExecutionFailure(FinishReason.infrastructure, `Docker does not answer: ${reasonOf(error)}`, { cause: error })
        await sleep(AWAY_RETRY_MS, signal)
      }
    }
  }
}

/** By the daemon's words alone: it may tell of a quick end before it tells of the start. An exit code of 0 needs no look at what killed it. */
const endedWell = (run: Run, { exitCode, at }: Death, { startedAt, oom }: { readonly startedAt: number | null; readonly oom: boolean }): Ended => (
  { state: 'exited', run: { ...run, startedAt: Math.min(startedAt ?? run.startedAt, at) }, exit: { finishedAt: at, exitCode, oom, lost: null } }
)
