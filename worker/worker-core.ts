import { setMaxListeners } from 'node:events'
import type { Redis, RedisOptions } from 'ioredis'
import type { Config } from '../shared/config/schema.js'
import type { Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import { stuckLoop } from '../shared/stuck.js'
import { openLogStore } from '../shared/log-store/open-log-store.js'
import type { JobPayload } from '../shared/protocol/job.js'
import { AttemptRunner } from './attempt-runner.js'
import type { Amount } from './capacity/amount.js'
import { Capacity } from './capacity/capacity.js'
import { capacityOf } from './capacity/machine.js'
import { Cleaner } from './cleaner.js'
import { within } from './clock.js'
import { Conclusion } from './conclusion.js'
import { ControlKeeper } from './control/control-keeper.js'
import { Drain, type DrainWish } from './control/drain.js'
import { ServedQueues } from './control/served-queues.js'
import { Tally } from './control/tally.js'
import { EventMaker, type WorkerIdentity } from './event-maker.js'
import type { DockerApi } from './executors/docker/docker-api.js'
import { listThings } from './executors/docker/docker-things.js'
import { DockerExecutor } from './executors/docker/docker-executor.js'
import { writeHostsFile } from './executors/docker/hosts-file.js'
import { SystemCalls } from './executors/docker/system-calls.js'
import { DockerWatch } from './executors/docker/docker-watch.js'
import type { Executor } from './executors/executor.js'
import { NoopExecutor } from './executors/noop-executor.js'
import { ProcessExecutor } from './executors/process/process-executor.js'
import { Gate } from './gate.js'
import { Canary } from './health/canary.js'
import { HealthKeeper } from './health/health-keeper.js'
import { missingRuntime } from './health/missing-runtime.js'
import { placesOf } from './health/places.js'
import { ImageCare } from './images/image-care.js'
import { Intake } from './intake.js'
import { LeaseKeeper } from './lease-keeper.js'
import { ownWords } from './logs/own-words.js'
import { PresenceKeeper } from './presence.js'
import { Ears } from './queue/ears.js'
import { Fetcher } from './queue/fetcher.js'
import { OrphanSweep } from './queue/orphan-sweep.js'
import { QueueLinks } from './queue/queue-link.js'
import { Reaper } from './reaper/reaper.js'
import { attemptContainers, Recovery } from './recovery.js'
import { RefusalNotices } from './refusal-notices.js'
import { Reporter } from './reporter.js'
import { Roster } from './roster.js'
import { SecretKeeper } from './secrets/secret-keeper.js'
import { SecretStore } from './secrets/secret-store.js'
import { Settler } from './settler.js'
import type { SignatureCheck } from './signature.js'
import { Slots } from './slots.js'
import { Journal } from './state/journal.js'
import type { StateDirectory } from './state/state-directory.js'
import { Supervisor } from './supervisor.js'
import type { WorkerEvents } from './worker-events.js'
import type { WorkerStatus } from './worker-status.js'

export interface WorkerCoreOptions {
  readonly config: Config
  readonly log: Log
  readonly events: WorkerEvents
  readonly state: StateDirectory
  /** Null for a worker that does without. */
  readonly docker: DockerApi | null
  readonly redis: Redis
  readonly blocking: RedisOptions
  readonly identity: WorkerIdentity
  readonly checkSignature: SignatureCheck
}

/** Limits of the steps of a stop; together less than a supervisor's patience. */
const LET_GO_MS = 3_000
const LAST_WORDS_MS = 1_500

/** Until it is known what the machine has; and for a worker that only pretends. */
const UNLIMITED: Amount = { cpus: Infinity, memory: Infinity }

const weightsOf = (settings: readonly string[]): Map<string, number> => new Map(settings.map(text => {
  const [queue = '', weight] = text.split(':')
  return [queue, Number(weight)]
}))

/** The parts of a running worker, put together, and the order in which they begin and end. */
export class WorkerCore {
  readonly #detach = new AbortController()
  readonly #gate = new Gate()
  readonly #roster = new Roster()
  readonly #slots: Slots
  readonly #capacity: Capacity
  readonly #links: QueueLinks
  readonly #journal: Journal
  readonly #keeper: LeaseKeeper
  readonly #cleaner: Cleaner
  readonly #settler: Settler
  readonly #intake: Intake
  readonly #recovery: Recovery
  readonly #watch: DockerWatch | null
  readonly #sweep: OrphanSweep
  readonly #background: readonly Service[]
  readonly #served: ServedQueues
  readonly #control: ControlKeeper
  readonly #drain: Drain
  readonly #health: HealthKeeper
  readonly #presence: PresenceKeeper

  constructor(private readonly options: WorkerCoreOptions) {
    const { config, log, events, state, docker, redis, blocking, identity, checkSignature } = options
    const detach = this.#detach.signal
    // Every running attempt listens to it.
    setMaxListeners(0, detach)
    const gate = this.#gate
    const roster = this.#roster
    const slots = this.#slots = new Slots(config.concurrency, { weights: weightsOf(config.queueWeights) })
    const capacity = this.#capacity = new Capacity({ total: UNLIMITED, maxWaiting: () => Math.max(1, Math.floor(slots.total / 4)) })
    slots.giveWhile(() => capacity.hasRoom)
    capacity.onRoom(() => { slots.serve() })
    const links = this.#links = new QueueLinks(config, redis, blocking, identity.worker)
    const maker = new EventMaker(identity)
    const journal = this.#journal = new Journal(state, log)
    const store = openLogStore(config.logStore)
    const reporter = new Reporter(links, log)
    const keeper = this.#keeper = new LeaseKeeper(config, links, roster, log)
    const secrets = new SecretKeeper({ store: SecretStore.of(config), workerName: identity.workerName, log, detach })
    const cleaner = this.#cleaner = new Cleaner({ config, links, roster, journal, store, secrets, events, log })
    const settler = this.#settler = new Settler({ config, roster, keeper, reporter, cleaner, journal, gate, log })
    const supervisor = new Supervisor({ config, links, store, events, log, detach })
    const systemCalls = docker === null ? null : new SystemCalls(docker, config.systemCalls)
    const canary = docker === null || systemCalls === null ? null : new Canary({ docker, systemCalls, runtime: config.containerRuntime, worker: identity.worker, image: config.canaryImage, lastImage: () => this.#health.lastImage })
    const health = this.#health = new HealthKeeper({
      config, gate, state, canary, places: placesOf(config, state.path, docker),
      obstacle: missingRuntime(docker, config.containerRuntime), isDockerUp: () => this.#watch?.up ?? false, events, log,
    })
    const conclusion = new Conclusion({ links, roster, journal, maker, settler, cleaner, events, detach })
    const runner = new AttemptRunner({ links, roster, journal, gate, health, maker, supervisor, conclusion, secrets, events, log, leaseTtl: config.leaseTtl, detach })

    this.#watch = docker === null ? null : new DockerWatch(docker, identity.worker, log)
    this.#watch?.onChange(up => {
      if (up) {
        systemCalls?.forget()
        gate.open('docker')
      } else {
        gate.close('docker', `Docker at ${docker?.label} does not answer`)
        events.emit('dockerAway')
      }
    })
    const noop = new NoopExecutor()
    const care = docker === null ? null
      : new ImageCare({ config, docker, redis, stateDirectory: state.path, isIdle: () => gate.isOpen && slots.used < slots.total, events, log })
    const dockerExecutor = docker === null || systemCalls === null || this.#watch === null || care === null ? null : new DockerExecutor({
      docker, images: care.images, watch: this.#watch, worker: identity.worker, pushgatewayUrl: config.pushgatewayUrl, network: config.network, pidsLimit: config.pidsLimit, cgroupParent: config.cgroupParent,
      runtime: config.containerRuntime, hostsFile: docker.isLocal ? state.hosts : '', systemCalls,
      tell: ({ attempt, payload }, words) => void links.of(payload.queue).live.append(attempt, [ownWords(words)]).catch(() => {}),
    })
    const executors: Record<'docker' | 'process', Executor> = { docker: dockerExecutor ?? noop, process: new ProcessExecutor(config.pushgatewayUrl) }
    const executorFor = (payload: JobPayload): Executor => config.noop ? noop : executors[payload.kind === 'process' ? 'process' : 'docker']

    this.#intake = new Intake({ config, state, runner, settler, reporter, maker, events, log, executorFor, checkSignature, capacity, notices: new RefusalNotices(links, identity) })
    this.#recovery = new Recovery({
      config, state, journal, links, roster, slots, capacity, runner, settler, cleaner, reporter, maker, events, log, executors, checkSignature, detach,
      listContainers: async () => docker !== null && await this.#watch?.ping() === true ? attemptContainers(await listThings(docker, { worker: identity.worker })) : [],
    })
    const served = this.#served = new ServedQueues({
      links, queues: config.queues,
      fetcher: jobs => new Fetcher({ jobs, slots, gate, log, onJob: (job, slot) => this.#intake.take(jobs, job, slot) }),
      onChange: () => {
        log.info({ queues: served.names, paused: served.paused }, 'the queues that are served are others now')
        ears.listen()
        presence.hurry()
      },
    })
    const drain = this.#drain = new Drain({ gate, roster, busy: () => this.#intake.size, stopFetching: () => served.stop(), log })
    this.#sweep = new OrphanSweep({ queues: () => served.jobs, isKnown: id => roster.has(id) || this.#intake.isBusyWith(id), log })
    const reaper = new Reaper({
      worker: identity.worker, state, store, docker, isUp: () => this.#watch?.up ?? false, processes: executors.process, every: config.reapEvery, events, log,
      isKnown: id => roster.has(id) || this.#intake.isBusyWith(id),
    })
    const tally = new Tally(events)
    const presence = this.#presence = new PresenceKeeper({
      config, redis, identity, log,
      facts: () => ({ slots: slots.total, active: roster.active, queues: served.names, paused: served.paused, refusing: gate.reasons, health: health.state, capacity: capacity.facts, draining: drain.isDraining, kept: reaper.kept, ...tally.facts }),
    })
    const control = this.#control = new ControlKeeper({ config, redis, identity, slots, served, log, onEnd: wish => { this.drain(wish) } })
    gate.onChange(() => { presence.hurry() })
    events.on('health', () => { presence.hurry() })
    const ears = new Ears({
      prefix: config.redisPrefix, connection: blocking, queues: () => [...new Set([...config.queues, ...served.names])],
      onTold: () => { keeper.hurry(); control.hurry() },
    })
    this.#background = [keeper, ears, settler, this.#sweep, presence, drain, ...(config.noop ? [] : [health, reaper]), ...(care?.services ?? [])]
  }

  async start(): Promise<void> {
    const { config, docker } = this.options
    if (!config.noop) this.#capacity.resize(await capacityOf(config, docker))
    if (docker?.isLocal === true) await writeHostsFile(this.options.state.hosts)
    await this.#watch?.start()
    await this.#control.start()
    // What a real worker left here is not for one that only pretends to run things.
    const { ongoing } = this.options.config.noop ? { ongoing: [] } : await this.#recovery.recover()
    for (const { id, done } of ongoing) this.#intake.track(id, done)
    await this.#sweep.takeOver(new Set(ongoing.map(({ id }) => id)))
    for (const service of this.#background) await service.start()
    this.options.redis.on('ready', () => { this.#keeper.hurry() })
    // Draining may have begun already.
    if (!this.#drain.isDraining) await this.#served.start()
  }

  /** Settles when a drain is over and this process may end. */
  get drained(): Promise<void> {
    return this.#drain.ended
  }

  /** Why only a restart would help, or null: without renewals and without a word from it, this worker's tasks are taken for lost. */
  stuck(): string | null {
    return stuckLoop([this.#keeper, this.#presence])
  }

  /** Takes nothing new and waits for what runs. */
  drain(wish: DrainWish): void {
    this.#drain.begin(wish)
  }

  /** Lets go of everything, in an order in which nothing is lost if it is cut short at any point. */
  async stop(): Promise<void> {
    this.#detach.abort()
    await within(LET_GO_MS, Promise.all([this.#served.stop(), this.#intake.idle()]))
    // Before the long lease, or the next ordinary renewal would shorten it again.
    await within(LAST_WORDS_MS, Promise.all([this.#control, ...this.#background].map(service => service.stop())))
    await within(LAST_WORDS_MS, Promise.all([this.#settler.flush(), this.#keeper.renewAll(this.options.config.detachTtl)]))
    await Promise.all([this.#cleaner.stop(), this.#watch?.stop()])
    await this.#links.close()
    await this.#journal.close()
  }

  status(): Pick<WorkerStatus, 'worker' | 'slots' | 'active' | 'unsettled' | 'lastRenewalAgeSeconds' | 'docker' | 'refusing' | 'health' | 'capacity' | 'draining' | 'queues' | 'paused'> {
    return {
      worker: this.options.identity.worker,
      slots: { total: this.#slots.total, used: this.#slots.used },
      active: this.#roster.active,
      unsettled: this.#settler.size,
      lastRenewalAgeSeconds: this.#keeper.ageSeconds,
      docker: this.#watch === null ? 'unused' : this.#watch.up ? 'up' : 'down',
      refusing: this.#gate.reasons,
      health: this.#health.state,
      capacity: { total: this.#capacity.total, used: this.#capacity.used },
      draining: this.#drain.isDraining,
      queues: this.#served.names,
      paused: this.#served.paused,
    }
  }
}
