import type Docker from 'dockerode'
import type { AttemptId } from '../../../shared/protocol/attempt-id.js'
import type { Pull } from '../../../shared/protocol/events.js'
import { FinishReason } from '../../../shared/states/attempt.js'
import { monotonic, sleep, wallClock } from '../../clock.js'
import { CgroupMeters } from '../../resources/cgroup-meters.js'
import type { Usage } from '../../resources/usage.js'
import { ExecutionFailure, UncertainStart, type Ended, type Executor, type LogBatch, type LogPosition, type Observation, type Run, type Task, type TaskRef } from '../executor.js'
import { environmentOf } from '../environment.js'
import { makeOutputDirectory } from '../result-file.js'
import type { Death } from './container-events.js'
import { ContainerLog, type ContainerLogPosition } from './container-log.js'
import { ContainerMaker, type ContainerMakerOptions } from './container-maker.js'
import { ContainerMemories } from './container-memory.js'
import { containerName, Label } from './container-spec.js'
import { observe } from './container-state.js'
import { isDockerAway, reasonOf, statusOf } from './docker-api.js'
import { hostBootedAt, type DockerWatch } from './docker-watch.js'
import type { Images } from './images.js'
import { keptName } from './kept-name.js'
import { AWAY_RETRY_MS, patiently } from './patience.js'

/** The daemon's word of an end can stay out for ever; inspect is the truth and is asked this often. */
const INSPECT_EVERY_MS = 5_000
/** The daemon told of an end before its own record has it. */
const SETTLE_MS = 20
const REMOVAL_MS = 10_000

export interface DockerExecutorOptions extends ContainerMakerOptions {
  readonly images: Images
  readonly watch: DockerWatch
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
  readonly #memories = new ContainerMemories()
  readonly #maker: ContainerMaker
  /** One container is being looked at to learn where all of them are measured. */
  #seeks = false

  constructor(private readonly options: DockerExecutorOptions) {
    this.#maker = new ContainerMaker(options)
    options.watch.onOom(id => this.#meters.lookAtContainer(id))
  }

  async prepare(task: Task, signal: AbortSignal): Promise<Pull | null> {
    const { image, pull } = task.payload
    if (image === null) throw new ExecutionFailure(FinishReason.rejected, 'the task names no image')
    const { images, tell } = this.options
    const began = monotonic()
    let pulled: Pull | null = null
    const onPulled = (bytes: number): void => { pulled = { ms: Math.round(monotonic() - began), bytes } }
    const prepared = await this.#patiently(() => images.ensure(image, pull, signal, words => tell?.(task, words), onPulled), signal)
    this.#memories.note(task.attempt, { image: prepared })
    return pulled
  }

  async create(task: Task): Promise<void> {
    if (task.payload.result) await makeOutputDirectory(task)
    await this.#patiently(async () => {
      try {
        const id = await this.#maker.make(task, this.#memories.of(task.attempt)?.image)
        this.#memories.note(task.attempt, { id, unstarted: true })
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
    if (this.#memories.of(task.attempt)?.unstarted === true) {
      this.#memories.note(task.attempt, { unstarted: false })
    } else {
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
    this.#memories.note(task.attempt, { id: info.Id })
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
    for (let look = this.#memories.of(task.attempt)?.started === undefined; ; look = true) {
      signal.throwIfAborted()
      const seen = look ? await this.inspect(task).catch(error => this.#away(error)) : undefined
      signal.throwIfAborted()
      if (seen === null) {
        await sleep(AWAY_RETRY_MS, signal)
        continue
      }
      if (seen?.state === 'exited' || seen?.state === 'absent') return seen
      const { id = '', started } = this.#memories.of(task.attempt) ?? {}
      events.watch(id)
      const told = await events.death(id, INSPECT_EVERY_MS, signal)
      if (told?.exitCode === 0 && started !== undefined) return endedWell(started, told, { startedAt: events.startedAt(id), oom: watch.hasToldOom(id) })
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
    const { id, looks = 0 } = this.#memories.of(task.attempt) ?? {}
    if (id === undefined || this.#meters.learnBeside(task.attempt, id) || this.#seeks) return
    this.#memories.note(task.attempt, { looks: looks + 1 })
    if (looks !== 1) return
    this.#seeks = true
    void this.inspect(task).catch(() => {}).finally(() => { this.#seeks = false })
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
    return true
  }

  async remove(task: TaskRef, { unlessRunning = false }: { readonly unlessRunning?: boolean } = {}): Promise<void> {
    // Two workers may share a Docker: a container of this name can be another one's.
    if (this.#memories.of(task.attempt)?.id === undefined) await this.inspect(task)
    const id = this.#memories.of(task.attempt)?.id
    this.#forget(task)
    if (id === undefined) return
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

  #forget({ attempt }: TaskRef): void {
    this.#meters.forget(attempt)
    this.options.watch.events.forget(this.#memories.of(attempt)?.id ?? '')
    this.#memories.forget(attempt)
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
    this.#forget(task)
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
    const { id: handle, image } = this.#memories.of(attempt) ?? {}
    if (handle === undefined || image === undefined || !events.isListening) return null
    const imageDigest = images.recordOf(image)
    if (imageDigest === null) return null
    this.#meters.learnBeside(attempt, handle)
    const run = { handle, imageDigest, startedAt: events.startedAt(handle) ?? wallClock() }
    this.#memories.note(attempt, { started: run })
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

  #patiently<T>(step: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return patiently(step, () => this.options.watch.noteAway(), signal)
  }
}

/** By the daemon's words alone: it may tell of a quick end before it tells of the start. An exit code of 0 needs no look at what killed it. */
const endedWell = (run: Run, { exitCode, at }: Death, { startedAt, oom }: { readonly startedAt: number | null; readonly oom: boolean }): Ended => (
  { state: 'exited', run: { ...run, startedAt: Math.min(startedAt ?? run.startedAt, at) }, exit: { finishedAt: at, exitCode, oom, lost: null } }
)
