import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Redis } from 'ioredis'
import type { Registry } from 'prom-client'
import { blockingOptions, checkRedis, commandOptions, openRedis } from '../shared/broker/redis.js'
import type { Config } from '../shared/config/schema.js'
import { Database } from '../shared/database/database.js'
import { checkSchema, migrate } from '../shared/database/migrate.js'
import { ServiceGroup, type Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import { Loop } from '../shared/loop.js'
import { stuckLoop } from '../shared/stuck.js'
import type { JobPayload } from '../shared/protocol/job.js'
import { Topic } from '../shared/live/changes.js'
import { LivePublisher } from '../shared/live/publisher.js'
import { listeningChannel, wakeChannel } from '../shared/protocol/keys.js'
import { Advance } from './advance.js'
import { AssetRuns } from './assets/asset-runs.js'
import { SchedulerBus } from './bus.js'
import { Consumer } from './consume/consumer.js'
import { EventStreams } from './consume/event-streams.js'
import { Marks } from './consume/marks.js'
import { EvaluatorPool, type Evaluators } from './dag-processor/evaluator-pool.js'
import { DagSource } from './dag-source.js'
import { Dispatch } from './dispatch/dispatch.js'
import { Dispatcher } from './dispatch/dispatcher.js'
import { Enqueuer } from './dispatch/enqueuer.js'
import { Selector } from './dispatch/select.js'
import { jobSigner } from './dispatch/sign-jobs.js'
import { BacklogPublisher } from './observe/backlog-publisher.js'
import { Heartbeat } from './observe/heartbeat.js'
import { logEvents } from './observe/log-events.js'
import { registerMetrics } from './observe/metrics.js'
import { RolloutKeeper } from './observe/rollout-keeper.js'
import { QueueSampler } from './observe/queue-sampler.js'
import { RunIndex } from './plan/run-index.js'
import { Lanes } from '../shared/planning/lanes.js'
import { Specs } from '../shared/planning/specs.js'
import { QueueWatcher } from './queue-watcher.js'
import { Prefetch } from './prefetch.js'
import { EpochKeeper } from './repair/epoch-keeper.js'
import { GiveUp } from './repair/give-up.js'
import { LossDetector } from './repair/loss-detector.js'
import { QueueInspector } from './repair/queue-contents.js'
import { Reconciler } from './repair/reconciler.js'
import { WishRepeater } from './repair/wish-repeater.js'
import { RunCreator } from './runs/run-creator.js'
import { RunStarter } from './runs/run-starter.js'
import { WorkerTally } from './observe-workers/worker-tally.js'
import { WorkerWatch } from './observe-workers/worker-watch.js'
import { HttpWaits } from './waits/http-waits.js'
import { WaitKeys } from './waits/wait-keys.js'
import { Waits } from './waits/waits.js'
import { RunTimer } from './runs/run-timer.js'

export interface SchedulerOptions {
  readonly config: Config
  readonly log: Log
  readonly registry: Registry
  /** Evaluates DAG files. Default: processes of its own. */
  readonly evaluators?: Evaluators
}

/** How long a loop may go without a completed pass before the scheduler calls itself stuck. */
const STUCK_AFTER_MS = 60_000
/** How long a worker may go on with what a person had cancelled while Redis was away. */
const WISHES_EVERY_MS = 5_000
/** A node that has its turn begins this much later at most. */
const ROLLOUT_EVERY_MS = 2_000

const evaluatorsFor = ({ dagTimeout, dagMemory }: Config): Evaluators =>
  new EvaluatorPool({ size: Math.max(1, Math.min(4, availableParallelism())), timeoutMs: dagTimeout, memoryBytes: dagMemory })

/** One of n active schedulers: the loops that turn DAG files into runs, runs into attempts, and events into states. */
export class Scheduler implements Service {
  readonly name = 'scheduler'
  readonly #bus = new SchedulerBus()
  #running: Running | undefined

  constructor(private readonly options: SchedulerOptions) {}

  async start(): Promise<void> {
    const { config, log, registry, evaluators = evaluatorsFor(config) } = this.options
    await checkRedis(config.redisUrl)
    const database = new Database(config.databaseUrl, config.databasePool)
    let sign: (payload: JobPayload) => JobPayload
    try {
      await database.check()
      for (const name of await migrate(database)) log.info({ migration: name }, 'schema migrated')
      await checkSchema(database)
      sign = jobSigner(config, log)
    } catch (error) {
      await database.close()
      throw error
    }
    logEvents(this.#bus, log)
    registerMetrics(registry, this.#bus, database, () => this.#running?.servers ?? null, config)
    this.#running = new Running(config, log, this.#bus, database, sign, evaluators)
    await this.#running.start()
    log.info({ dagsDir: config.dagsDir, database: database.label }, 'scheduler ready')
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
  }

  /** Why the scheduler is not ready, or null when it is. */
  notReady(): string | null {
    return this.#running === undefined ? 'not started' : this.#running.notReady()
  }

  /** Why only a restart would help, or null. */
  stuck(): string | null {
    return this.#running?.stuck() ?? null
  }
}

/** Everything that exists only while the scheduler runs. */
class Running {
  readonly #commands: Redis
  readonly #blocking: Redis
  readonly #subscriber: Redis
  readonly #enqueuer: Enqueuer
  readonly #live: LivePublisher
  readonly #tally: WorkerTally
  readonly #heartbeat: Heartbeat
  readonly #streams: EventStreams
  readonly #services: ServiceGroup
  readonly #consumer: Consumer
  readonly #progress = new Map<string, number>()
  readonly #loops: Loop[] = []
  readonly #wakeAll: () => void

  constructor(private readonly config: Config, private readonly log: Log, private readonly bus: SchedulerBus, private readonly database: Database, sign: (payload: JobPayload) => JobPayload, evaluators: Evaluators) {
    const { redisPrefix: prefix, pushgatewayUrl } = config
    this.#commands = openRedis(commandOptions(config.redisUrl))
    this.#blocking = openRedis(blockingOptions(config.redisUrl))
    this.#subscriber = openRedis(blockingOptions(config.redisUrl))
    this.#enqueuer = new Enqueuer(this.#commands, prefix, bus, sign)
    this.#streams = new EventStreams(this.#commands, this.#blocking, prefix, randomUUID())

    const marks = new Marks(this.#commands, prefix)
    const specs = new Specs()
    const runIndex = new RunIndex()
    const tally = this.#tally = new WorkerTally()
    const live = this.#live = new LivePublisher(this.#commands, prefix)
    const lanes = new Lanes()
    const selector = new Selector(lanes, { parallelism: config.parallelism, batch: config.dispatchBatch })
    const dispatch = new Dispatch(selector, specs, { batch: config.dispatchBatch, pushgatewayUrl })
    const advance = new Advance(database, specs, runIndex, dispatch, this.#enqueuer, bus, live)
    const giveUp = new GiveUp(database, advance, specs, marks, bus)
    const source = new DagSource(database, bus, { config, log, evaluate: file => evaluators.evaluate(file) })

    const creator = this.#loop('run-creator', new RunCreator(database, advance, specs, lanes, bus))
    const starter = this.#loop('run-starter', new RunStarter(advance, specs, lanes, bus))
    const runTimer = this.#loop('run-timer', new RunTimer(database, advance, specs, this.#commands, prefix, bus))
    const assets = this.#loop('asset-runs', new AssetRuns(database, advance, specs, lanes, bus))
    const sources = this.#loop('dag-source', source)
    const references = this.#loop('dag-references', { runOnce: () => source.retryReferences() })
    const dispatcher = this.#loop('dispatcher', new Dispatcher(advance))
    const queues = this.#loop('queue-watcher', new QueueWatcher(database, this.#streams))
    const epochs = this.#loop('epoch-keeper', new EpochKeeper(database, this.#commands, this.#streams, marks, bus, { prefix, every: config.epochEvery, recoveryGrace: config.recoveryGrace }))
    const workers = this.#loop('worker-watch', new WorkerWatch(database, this.#commands, { prefix, every: Math.min(config.reconcileEvery, WISHES_EVERY_MS), tally, live }))
    const heartbeat = this.#heartbeat = new Heartbeat(database, randomUUID(), () => this.notReady())
    const sampler = this.#loop('queue-sampler', new QueueSampler(database))
    const waitKeys = new WaitKeys(database)
    const waiting = new Waits(database, advance, specs, waitKeys, bus)
    const waits = this.#loop('waits', waiting)
    const asking = new HttpWaits(database, advance, specs, bus)
    const httpWaits = this.#loop('http-waits', asking, () => asking.interrupt())
    const inspector = new QueueInspector(this.#commands, prefix)
    const reconciler = this.#loop('reconciler', new Reconciler(database, inspector, this.#enqueuer, giveUp, specs, bus, { every: config.reconcileEvery, grace: config.enqueueGrace, pushgatewayUrl }))
    const consumer = this.#consumer = new Consumer(database, this.#streams, marks, advance, specs, runIndex, bus, { batch: config.eventBatch })
    this.#services = new ServiceGroup('scheduler loops', [
      queues, epochs,
      this.#loop('consumer', consumer, () => this.#streams.interrupt()),
      waits, httpWaits,
      this.#loop('loss-detector', new LossDetector(database, this.#commands, giveUp, { prefix, every: Math.min(config.epochEvery, config.leaseTtl), leaseTtl: config.leaseTtl })),
      reconciler,
      this.#loop('wish-repeater', new WishRepeater(database, this.#commands, giveUp, { prefix, every: Math.min(config.reconcileEvery, WISHES_EVERY_MS) })),
      workers, this.#loop('heartbeat', heartbeat), sampler,
      this.#loop('rollout', new RolloutKeeper(database, this.#commands, bus, { prefix, every: Math.min(config.reconcileEvery, ROLLOUT_EVERY_MS) })),
      ...(config.cloudwatchRegion === '' ? [] : [this.#loop('backlog-publisher', new BacklogPublisher(database, this.#commands, { prefix, region: config.cloudwatchRegion }))]),
      this.#loop('prefetch', new Prefetch(database, specs, this.#commands, prefix)),
      starter, creator, assets, references, runTimer, dispatcher, evaluators, source, sources,
    ])

    this.#wakeAll = () => { for (const loop of [sources, starter, creator, assets, references, runTimer, dispatcher, queues, waits]) loop.wake() }
    source.onWork = () => { sources.wake() }
    source.onChanged = () => { creator.wake(); assets.wake(); queues.wake(); epochs.wake(); sampler.wake() }
    bus.on('enqueue-failed', () => { reconciler.wake() })
    bus.on('dag-synced', ({ dag, changed }) => { if (changed) live.tell(changes => { changes.topic(Topic.dags); changes.topic(Topic.dag(dag)) }) })
    bus.on('dag-problem', () => { live.tell(changes => { changes.topic(Topic.dags) }) })
    bus.on('attempt-told', ({ worker, type, isFailure }) => { if (type === 'finished') tally.add(worker, isFailure) })
    bus.on('epoch-broken', () => { workers.wake() })
    bus.on('runs-started', () => { runTimer.wake(); assets.wake() })
    advance.onAssets = () => { assets.wake() }
    advance.onMore = () => { dispatcher.wake() }
    advance.onWaiting = () => { waitKeys.changed(); waits.wake(); httpWaits.wake() }
    advance.onEnded = keys => { waitKeys.heard(keys) }
    waitKeys.onPending = () => { waits.wake() }
    waiting.onRunsMade = () => { starter.wake() }
    asking.onAnswered = () => { httpWaits.wake() }
    advance.onRunEnded = () => { starter.wake(); creator.wake() }
  }

  get servers(): { readonly redis: Redis } {
    return { redis: this.#commands }
  }

  async start(): Promise<void> {
    const listening = listeningChannel(this.config.redisPrefix)
    await this.#subscriber.subscribe(wakeChannel(this.config.redisPrefix), listening)
    this.#subscriber.on('message', (channel: string) => {
      if (channel === listening) this.#live.listened()
      else this.#wakeAll()
    })
    await this.#services.start()
  }

  async stop(): Promise<void> {
    await this.#services.stop()
    await this.#consumer.settled()
    await this.#enqueuer.close()
    this.#live.stop()
    await this.#tally.write(this.database).catch(() => {})
    await this.#heartbeat.leave()
    for (const redis of [this.#commands, this.#blocking, this.#subscriber]) redis.disconnect()
    await this.database.close()
  }

  notReady(): string | null {
    const time = performance.now()
    for (const [loop, at] of this.#progress) if (time - at > STUCK_AFTER_MS) return `loop ${loop} has not completed a pass for ${Math.round((time - at) / 1000)} s`
    return null
  }

  stuck(): string | null {
    return stuckLoop(this.#loops)
  }

  #loop(name: string, step: { runOnce(): Promise<number> }, interrupt?: () => Promise<void>): Loop {
    this.#progress.set(name, performance.now())
    const runOnce = async (): Promise<number> => {
      const startedAt = performance.now()
      const delay = await step.runOnce()
      this.bus.emit('loop-passed', { loop: name, seconds: (performance.now() - startedAt) / 1_000 })
      return delay
    }
    const loop = new Loop({ name, log: this.log, interrupt, runOnce, onProgress: () => { this.#progress.set(name, performance.now()) } })
    this.#loops.push(loop)
    return loop
  }
}
