import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'
import { NO_QUEUE_NAME, PLAIN_NAME, QUEUE_NAME } from '../protocol/keys.js'

const milliseconds = z.coerce.number().int().positive()
const count = z.coerce.number().int().positive()
const flag = z.union([z.boolean(), z.enum(['true', 'false', '1', '0']).transform(text => text === 'true' || text === '1')])
const least = z.coerce.string().regex(/^(?:\d+|(?:100|\d{1,2}(?:\.\d+)?)%)$/, 'is neither a number of bytes nor a part such as 5%')
const list = z.union([z.array(z.string()), z.string().transform(text => text.split(',').map(part => part.trim()).filter(part => part !== ''))])

/** An address, or one with the length of its prefix. */
function isNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/')
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0
  return bits > 0 && more.length === 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits))
}

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
  /** `file:DIR`, or `s3://BUCKET/PREFIX?endpoint=URL&region=REGION`. */
  logStore: z.string().default('file:.longshore/logs'),
  /** Where packages of versions lie, for `longshore releases` and updaters: `file:///DIR`, `https://…` or `s3://BUCKET/PREFIX?region=REGION`. */
  releaseStore: z.string().default(''),
  /** How long a new version has on a node to be ready and to take over what runs; then the node goes back to the old one. */
  updateTimeout: milliseconds.default(45_000),
  /** What a process must find again after a restart: the worker's identity, intents and spool; the private Redis. */
  stateDir: z.string().default('.longshore/state'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Port for /metrics, /livez and /readyz, and for the pages and the API where there are any; 0 lets the system choose. */
  httpPort: z.coerce.number().int().min(0).max(65_535).default(0),
  httpHost: z.string().default('127.0.0.1'),
  /** The region of AWS to whose CloudWatch schedulers publish the backlog of each pool of workers; empty: nothing is published. */
  cloudwatchRegion: z.string().regex(/^[a-z0-9-]{0,40}$/).default(''),
  /** Put into tasks as PUSHGATEWAY_URL. */
  pushgatewayUrl: z.string().default(''),
  /** DAGs that a scheduler's metrics name; what comes later counts as `other`. */
  metricsDags: count.default(500),
  /** Pairs of a worker and a task, and workers, that a scheduler's metrics under Flower's names name. */
  metricsTasks: count.default(1_000),

  /** The web process that commands speak to, instead of the database: `https://longshore.example.com`. Empty: the database. */
  server: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  /** Who a command is there. */
  token: z.string().regex(/^[\x21-\x7e]*$/, 'is not the text of a token').default(''),

  /** `users`: whoever uses the API says who they are. `none`: everybody is an admin, which is allowed on a loopback address only. */
  auth: z.enum(['users', 'none']).default('users'),
  /** Where people reach the web process, when it is behind a proxy: `https://longshore.example.com`. Empty: where it listens. */
  publicUrl: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  /** Addresses or networks of proxies whose X-Forwarded-* headers are believed. */
  trustedProxies: list.pipe(z.array(z.string().refine(isNetwork, 'is neither an address nor a network such as 10.0.0.0/8'))).default([]),
  /** A session that is not used for this long has ended. */
  sessionIdle: milliseconds.default(12 * 3_600_000),
  /** A session ends after this long in any case. */
  sessionMax: milliseconds.default(7 * 24 * 3_600_000),
  /** Requests that one address may make in a minute, or `unlimited`. */
  requestsPerMinute: z.union([z.literal('unlimited'), count]).default(6_000),
  /** How long the audit log goes back, or `forever`. */
  auditKeep: z.union([z.literal('forever'), milliseconds]).default(365 * 24 * 3_600_000),
  /** An OpenID Connect provider through which people sign in: its address, where `/.well-known/openid-configuration` is below. Empty: none. */
  oidcIssuer: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  oidcClientId: z.string().default(''),
  oidcClientSecret: z.string().default(''),
  oidcScopes: list.default(['openid', 'profile', 'email']),
  /** What the button for it says. */
  oidcLabel: z.string().max(60).default('Single sign-on'),
  /** The claim that is the name of the user here. */
  oidcUserClaim: z.string().default('preferred_username'),
  /** The claim with the groups of the user. */
  oidcGroupsClaim: z.string().default('groups'),
  /** `data-eng=operator@sales`: who is in the group has the role in the namespace; `*` stands for any group, and for all namespaces. */
  oidcGrants: list.pipe(z.array(z.string().regex(/^.+=(?:viewer|operator|author|admin)@(?:\*|[^.\s@]+)$/, 'is not a group, a role and a namespace such as data-eng=operator@sales'))).default([]),

  /** Whether schedulers refuse to start without a key to sign jobs with, and workers refuse jobs that no trusted key has signed. */
  requireSignatures: flag.default(true),
  /** Directory of keys that `longshore keys` looks after. Empty: `keys` in the state directory. */
  keysDir: z.string().default(''),
  /** The private key that a scheduler signs with: a path, or the PEM text itself. Empty: `signing.key` in keysDir. */
  signingKey: z.string().default(''),
  /** Public keys that a worker trusts: files, directories of `*.pub`, or PEM text. Empty: `trusted` in keysDir. */
  trustedKeys: list.default([]),

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

  queues: list.pipe(z.array(z.string().regex(QUEUE_NAME, NO_QUEUE_NAME)).min(1)).default(['default']),
  /** `etl:3`: how many turns a queue gets for each of one that is not named here, while both have more work than there are slots. */
  queueWeights: list.pipe(z.array(z.string().regex(/^[a-z0-9][a-z0-9_-]*:[1-9]\d{0,3}$/, 'is not a queue with its weight, such as etl:3'))).default([]),
  /** CPUs and memory that tasks which run at once may ask for together. `auto`: what the machine has, without a reserve of memory. */
  capacityCpus: z.union([z.literal('auto'), z.coerce.number().positive()]).default('auto'),
  capacityMemory: z.union([z.literal('auto'), count]).default('auto'),
  /** Attempts that this worker runs at once, over all of its queues. */
  concurrency: count.max(10_000).default(16),
  /** Display name; the host's name when empty. */
  workerName: z.string().default(''),
  /** The pool of machines that it belongs to: what grows and shrinks together. Empty: none. */
  workerPool: z.union([z.literal(''), z.string().regex(PLAIN_NAME)]).default(''),
  /** Whether this worker runs tasks of kind `process`, which are commands on the worker itself. */
  allowProcess: flag.default(false),
  /** `unix:///var/run/docker.sock` or `tcp://host:port`. Empty: DOCKER_HOST, else the default socket. */
  dockerHost: z.string().default(''),
  /** Images that this worker runs, with `*` as a wildcard. */
  allowImage: list.default(['*']),
  /** Host directories (with what is below) and volumes that tasks may mount; `:ro` behind one allows reading only. */
  allowMount: list.default([]),
  /** Docker networks that tasks may name. */
  allowNetwork: list.default(['none', 'bridge', 'default']),
  /** Users that tasks may name; `image` stands for a task that names none and runs as its image says. */
  allowUser: list.default(['*']),
  /** Linux capabilities that tasks may ask for beyond the default set. */
  allowCapability: list.default([]),
  /** Docker network of tasks that name none. Empty: Docker's own, the bridge. */
  network: z.string().default(''),
  /** Cgroup under which the containers of tasks are: a slice where Docker uses systemd for cgroups, else a path. Empty: Docker's own. */
  cgroupParent: z.union([z.literal(''), z.string().regex(/^(?:[A-Za-z0-9:_.-]+\.slice|(?:\/[A-Za-z0-9_.-]+)+)$/, 'is neither a slice such as longshore-tasks.slice nor an absolute path')]).default(''),
  /** The OCI runtime that Docker runs containers of tasks with, by the name that it has for it. Empty: Docker's default. */
  containerRuntime: z.union([z.literal(''), z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is no name of a runtime')]).default(''),
  /** System calls that containers may make. `native`: none of 32-bit programs, and a smaller filter; `docker`: what Docker's own profile allows. */
  systemCalls: z.enum(['native', 'docker']).default('native'),
  /** Processes and threads that one container may have. */
  pidsLimit: count.default(4_096),
  /** Whether tasks may have GPUs. */
  allowGpus: flag.default(false),
  /** Pull policies that tasks may have. */
  allowPull: list.pipe(z.array(z.enum(['missing', 'always', 'never'])).min(1)).default(['missing', 'always', 'never']),
  /** Secrets that tasks may have, by name. */
  allowSecrets: list.default(['*']),
  /** Directory with one file for each secret of tasks. Empty: none. */
  secretsDir: z.string().default(''),
  /** Program and arguments that print a secret; `{name}` stands for its name. Empty: none. */
  secretsCommand: list.refine(command => command.length === 0 || command.slice(1).some(argument => argument.includes('{name}')), 'needs {name} in an argument: else it would print the same for every secret').default([]),
  secretsCommandTimeout: milliseconds.default(10_000),
  /** How long what that program printed is used again. */
  secretsTtl: milliseconds.default(60_000),
  /** How long the containers of failed attempts are kept for people to look at; 0 keeps none. */
  keepFailed: z.coerce.number().int().min(0).default(0),
  /** How often a worker looks for what it has made and nobody needs. What is unneeded at two looks in a row is removed. */
  reapEvery: milliseconds.default(120_000),
  /** Bytes of log kept per attempt; what comes after is dropped and the log is marked as truncated. */
  maxLogBytes: count.default(100 * 1024 * 1024),
  /** Credentials for registries, a file like Docker's config.json. Empty: the systemd credential `registry-auth`, else what `docker login` left. */
  registryAuthFile: z.string().default(''),
  /** How long a registry's answer holds about which image a tag stands for. */
  imageCheckEvery: milliseconds.default(10_000),
  /** A pull that comes no further for this long is given up and tried again. */
  pullStallTimeout: milliseconds.default(60_000),
  /** Whether images that the next 30 minutes need are pulled while slots are idle. */
  imagePrefetch: flag.default(true),
  /** An image that this worker pulled and that nothing has needed for this long is removed. */
  imageMaxAge: milliseconds.default(72 * 3_600_000),
  /** When the images on this Docker take more bytes than the ceiling, those not needed for longest are removed, until the floor. */
  imageDiskCeiling: count.default(50 * 1024 ** 3),
  imageDiskFloor: count.default(40 * 1024 ** 3),
  /** A worker takes nothing while less is free on the disks of its state directory, its log store and Docker's data: bytes, or a part such as `5%`. */
  minFreeDisk: least.default(String(512 * 1024 ** 2)),
  /** As above, of the memory that programs could still take. */
  minFreeMemory: least.default(String(100 * 1024 ** 2)),
  /** So many containers in a row that could not be started for reasons of the host's, and a worker takes nothing until a container of its own starts. */
  quarantineAfter: count.default(5),
  /** Time to the next such probe; doubled after each that fails, up to ten minutes. */
  quarantineProbe: milliseconds.default(30_000),
  /** Image of that container, which must be on the worker: it is never pulled. Empty: one that was used here, else an empty one. */
  canaryImage: z.string().default(''),
  /** Measures Longshore itself: tasks succeed at once without being run. */
  noop: flag.default(false),
}).refine(config => config.selfFenceAfter < config.leaseTtl, { path: ['selfFenceAfter'], message: 'must be less than leaseTtl: else another worker may start the task while this one still runs it' })
  .refine(config => config.leaseRenewEvery * 2 < config.selfFenceAfter, { path: ['leaseRenewEvery'], message: 'must be less than half of selfFenceAfter: else one lost renewal stops tasks' })
  .refine(config => config.oidcIssuer === '' || config.oidcClientId !== '', { path: ['oidcClientId'], message: 'must name this installation to the provider in oidcIssuer' })
  .refine(config => config.imageDiskFloor < config.imageDiskCeiling, { path: ['imageDiskFloor'], message: 'must be less than imageDiskCeiling: else every image that is not in use would be removed at once' })

export type Config = Readonly<z.infer<typeof ConfigSchema>>
export type ConfigKey = keyof Config
export const CONFIG_KEYS = Object.keys(ConfigSchema.shape) as readonly ConfigKey[]

/** Settings whose values hold credentials. */
export const SECRET_KEYS: ReadonlySet<ConfigKey> = new Set<ConfigKey>(['databaseUrl', 'redisUrl', 'signingKey', 'secretsCommand', 'oidcClientSecret', 'token'])
