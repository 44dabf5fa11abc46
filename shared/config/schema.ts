import { z } from 'zod'
import { QUEUE_NAME } from '../protocol/keys.js'

const milliseconds = z.coerce.number().int().positive()
const count = z.coerce.number().int().positive()
const flag = z.union([z.boolean(), z.enum(['true', 'false', '1', '0']).transform(text => text === 'true' || text === '1')])
const list = z.union([z.array(z.string()), z.string().transform(text => text.split(',').map(part => part.trim()).filter(part => part !== ''))])

/**
 * Every setting with its default. A setting comes from, in rising order of force: the default, longshore.yaml, a
 * LONGSHORE_* variable (LONGSHORE_DATABASE_URL for `databaseUrl`), a *_FILE variable, a flag.
 * Durations are milliseconds, sizes are bytes.
 */
export const ConfigSchema = z.strictObject({
  /** `mysql://user:password@host:port/database` or `sqlite:FILE`. */
  databaseUrl: z.string().default('sqlite:.longshore/longshore.db'),
  /** Connections that one process opens at most. Workers open none. */
  databasePool: count.default(10),
  /** `redis://`, `rediss://` or `unix:PATH`. Empty: standalone starts a private server. */
  redisUrl: z.string().default(''),
  /** First part of every Redis key; two installations can share one Redis. */
  redisPrefix: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/).default('longshore'),
  dagsDir: z.string().default('dags'),
  /** `file:DIR`. */
  logStore: z.string().default('file:.longshore/logs'),
  /** What a process must find again after a restart: the worker's identity, intents and spool; the private Redis. */
  stateDir: z.string().default('.longshore/state'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Port for /metrics, /livez and /readyz; 0 lets the system choose. */
  httpPort: z.coerce.number().int().min(0).max(65_535).default(0),
  httpHost: z.string().default('127.0.0.1'),
  /** Put into tasks as PUSHGATEWAY_URL. */
  pushgatewayUrl: z.string().default(''),

  /** Task instances that may be queued, starting or running at once, over all DAGs. */
  parallelism: count.default(320),
  /** Task instances dispatched in one transaction. 500 was the best of 50 to 2,000 in bench/README.md. */
  dispatchBatch: count.max(5_000).default(500),
  /** Worker events applied in one transaction. */
  eventBatch: count.max(5_000).default(500),
  /** Wall-clock limit for evaluating one DAG file. */
  dagTimeout: milliseconds.default(10_000),
  /** Heap limit of a process that evaluates DAG files. */
  dagMemory: count.default(256 * 1024 * 1024),
  /** How often the proof that Redis has not forgotten anything is renewed. */
  epochEvery: milliseconds.default(5_000),
  /** After Redis forgot: how long workers have to re-assert their leases before anything is declared lost. */
  recoveryGrace: milliseconds.default(60_000),
  /** How often database and Redis are compared in full. */
  reconcileEvery: milliseconds.default(60_000),
  /** How long a committed attempt may be missing from Redis before the reconciler enqueues it again. */
  enqueueGrace: milliseconds.default(10_000),

  /** A lease that is not renewed for this long means that the attempt is lost. */
  leaseTtl: milliseconds.default(300_000),
  leaseRenewEvery: milliseconds.default(15_000),
  /** A worker that could not renew for this long stops its containers itself; must be less than leaseTtl. */
  selfFenceAfter: milliseconds.default(240_000),
  /** The lease that a stopping worker leaves behind for its successor. */
  detachTtl: milliseconds.default(900_000),

  queues: list.pipe(z.array(z.string().regex(QUEUE_NAME, 'is not a queue name (lower case letters, digits, - and _)')).min(1)).default(['default']),
  /** Attempts that this worker runs at once, over all of its queues. */
  concurrency: count.max(10_000).default(16),
  /** Display name; the host's name when empty. */
  workerName: z.string().default(''),
  /** Whether this worker runs tasks of kind `process`, which are commands on the worker itself. */
  allowProcess: flag.default(false),
  /** `unix:///var/run/docker.sock` or `tcp://host:port`. Empty: DOCKER_HOST, else the default socket. */
  dockerHost: z.string().default(''),
  /** Images that this worker runs, with `*` as a wildcard. */
  allowImage: list.default(['*']),
  /** Bytes of log kept per attempt; what comes after is dropped and the log is marked as truncated. */
  maxLogBytes: count.default(100 * 1024 * 1024),
  /** Measures Longshore itself: tasks succeed at once without being run. */
  noop: flag.default(false),
}).refine(config => config.selfFenceAfter < config.leaseTtl, { path: ['selfFenceAfter'], message: 'must be less than leaseTtl: else another worker may start the task while this one still runs it' })
  .refine(config => config.leaseRenewEvery * 2 < config.selfFenceAfter, { path: ['leaseRenewEvery'], message: 'must be less than half of selfFenceAfter: else one lost renewal stops tasks' })

export type Config = Readonly<z.infer<typeof ConfigSchema>>
export type ConfigKey = keyof Config
export const CONFIG_KEYS = Object.keys(ConfigSchema.shape) as readonly ConfigKey[]

/** Settings whose values hold credentials. */
export const SECRET_KEYS: ReadonlySet<ConfigKey> = new Set<ConfigKey>(['databaseUrl', 'redisUrl'])
