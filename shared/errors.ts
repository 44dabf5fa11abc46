/**
 * The catalogue of coded errors. A code never changes its meaning; `docs/errors.md` lists the same codes, and a test holds
 * the two together. Each entry is what the reader should do about it.
 */
export const ERRORS = {
  LS_CONFIG: 'Correct the setting in longshore.yaml, the LONGSHORE_* variable or the flag that the message names.',
  LS_USAGE: 'See `longshore --help`, or `--help` after the subcommand.',
  LS_DAG_INVALID: 'Correct the DAG file at the place that the message names; the last good version stays in force.',
  LS_DAG_TIMEOUT: 'Find the endless loop or the slow work at the top level of the DAG file; DAG files describe work, tasks do it.',
  LS_DAG_MEMORY: 'Build less in the DAG file, or raise dagMemory.',
  LS_DAG_NOT_FOUND: 'See `longshore dags list`; if its file is new, see `longshore dags list --errors`.',
  LS_RUN_NOT_FOUND: 'See `longshore runs list`.',
  LS_TASK_NOT_FOUND: 'See `longshore tasks list`.',
  LS_VERSION_NOT_FOUND: 'See the versions of the DAG: `GET /api/v1/dags/:dag/versions`.',
  LS_RESULT_NOT_FOUND: 'A task has a result when it succeeded, says `result: true` and wrote one; docs/authoring.md says how.',
  LS_RUN_EXISTS: 'Choose another run id, or look at the run that exists with `longshore runs show`.',
  LS_STILL_RUNNING: 'Wait until it has ended, cancel it first, or stop it with --force.',
  LS_TOO_MUCH_AT_ONCE: 'Narrow it: fewer tasks, or a shorter range of dates, one after the other.',
  LS_PARAMS_INVALID: 'Compare the values with the params of the DAG in `longshore dags show`.',
  LS_PARAMS_TOO_LARGE: 'Pass the place of the data (a file, a table, an address) instead of the data.',
  LS_BACKFILL_RANGE: 'Give --from and --to as dates of the past, the earlier one first, for instance --from 2026-01-01 --to 2026-01-31.',
  LS_BACKFILL_EMPTY: 'Compare the range with the start, end and schedule of the DAG in `longshore dags show`.',
  LS_BACKFILL_TOO_LARGE: 'Split the range into several backfills; they may run beside each other.',
  LS_BACKFILL_SCHEDULE: 'Give the DAG a cron or interval schedule, or make single runs with `longshore dags trigger --logical-date`.',
  LS_BACKFILL_ORDER: 'Leave out --backwards.',
  LS_BACKFILL_NOT_FOUND: 'See `longshore backfills list`.',
  LS_BACKFILL_ENDED: 'See `longshore backfills show`; what it left can be run again with `longshore dags backfill --reprocess failed`.',
  LS_EVENT_INVALID: 'Name it as the task does that waits for it, and give its payload as JSON, for instance --payload \'{"rows": 5}\'.',
  LS_POOL_NOT_FOUND: 'See `longshore pools list`; make one with `longshore pools set NAME --slots N`.',
  LS_POOL_IN_USE: 'Take the pool out of these DAGs first, or delete it with --force: what names it waits then until it is made again.',
  LS_WORKER_NOT_FOUND: 'See `longshore workers list --all`.',
  LS_RELEASE_NOT_FOUND: 'See `longshore releases show`; a package lies in a folder of its version in releaseStore: `npm run package -- --out STORE/VERSION`.',
  LS_RELEASE_STORE: 'Check releaseStore and the rights to read it, and that SHA256SUMS of the version lies beside its packages.',
  LS_BUNDLE_INVALID: 'Rename or remove what the message names; a bundle has ordinary files only, in the folder that is deployed and below.',
  LS_BUNDLE_TOO_LARGE: 'Deploy the folder that has only DAG files and what they read; data and programs of tasks belong into images.',
  LS_BUNDLE_NOT_FOUND: 'See `longshore deploy list`; the newest 20 are kept.',
  LS_BUNDLE_CONFLICT: 'Look at what is in force now with `longshore deploy list`, and deploy again if that is what you want.',
  LS_BUNDLE_DAMAGED: 'Go back with `longshore deploy rollback`, or deploy files that differ in any way; then find out what has changed the database.',
  LS_NODE: 'Look into `journalctl -u longshore-update` on that node; docs/operations/upgrade.md says how a node goes on.',
  LS_QUEUE_NOT_FOUND: 'See `longshore queues list`; a queue is there once a DAG has named it.',
  LS_ASSET_NOT_FOUND: 'See `longshore assets list`; an asset is there once a DAG names it in `schedule` or `outlets`.',
  LS_GRAPH_TOO_LARGE: 'Use `longshore dags show` without --svg: in levels it shows a DAG of any size.',
  LS_TEMPLATE: 'Correct the template; docs/authoring.md lists the names that it may use.',
  LS_REDIS_UNREACHABLE: 'Check redisUrl, and that Redis runs there and accepts connections from this host.',
  LS_REDIS_EVICTS: 'Set `maxmemory-policy noeviction` on that Redis: any other policy silently deletes queued tasks.',
  LS_DATABASE_UNREACHABLE: 'Check databaseUrl, and that the server runs there and accepts this user from this host.',
  LS_DATABASE_UNSUPPORTED: 'Use MySQL 8, MariaDB 10.6 or later, or sqlite:FILE.',
  LS_SCHEMA_NEWER: 'Upgrade this longshore to the version that made the schema, or restore the backup from before the upgrade.',
  LS_SCHEMA_OLDER: 'Run `longshore db migrate`.',
  LS_DOCKER_UNREACHABLE: 'Start Docker, or set dockerHost to its socket; a worker started with --allow-process can run process tasks without it.',
  LS_STATE_DIR_LOCKED: 'Another worker runs on this state directory. Stop it, or give this one another stateDir.',
  LS_LOG_NOT_FOUND: 'The attempt printed nothing yet, or its log has been removed by retention.',
  LS_LOG_STORE: 'Check logStore (endpoint, bucket, region) and the AWS credentials in the environment of this process.',
  LS_PAYLOAD_INVALID: 'Something other than a Longshore scheduler wrote this job; find out what has access to Redis.',
  LS_KEY_MISSING: 'Make keys with `longshore keys generate` and copy the public one to every worker (docs/security.md), or set requireSignatures to false.',
  LS_KEY_INVALID: 'Make keys with `longshore keys generate`; docs/security.md says which file goes where.',
  LS_KEY_NOT_FOUND: 'See `longshore keys list`.',
  LS_KEY_IN_USE: 'See `longshore keys list`; docs/security.md describes how keys are changed without interruption.',
  LS_STALE_READ: 'The transaction is repeated by itself; if this appears in a log, another writer ignored the run lock: report it.',
  LS_REQUEST_INVALID: 'Compare the request with the description of the API, /api/v1/openapi.json.',
  LS_ROUTE_NOT_FOUND: 'See /api/v1/openapi.json for the paths that there are.',
  LS_BODY_TOO_LARGE: 'Send less at once; large data goes to a file, a table or an address that the request names.',
  LS_NOT_SIGNED_IN: 'Sign in, or send a token: `Authorization: Bearer …`. `longshore tokens create` makes one.',
  LS_NOT_ALLOWED: 'Ask somebody with the role admin for the role that the message names.',
  LS_FOREIGN_PAGE: 'Use Longshore\'s own pages, or send a token instead of the cookie of a browser.',
  LS_LOGIN_FAILED: 'Check the name and the password; an admin makes another one-time login with `longshore users password NAME --code`.',
  LS_LOGIN_PROVIDER: 'Try again; if it stays, compare oidcIssuer, oidcClientId and oidcClientSecret with what the provider has (docs/identity.md).',
  LS_USER_NOT_FOUND: 'See `longshore users list`.',
  LS_USER_EXISTS: 'Choose another name, or give the user that there is another role with `longshore users grant`.',
  LS_USER_INVALID: 'Give a name of letters, digits and `. _ @ -`, and a password of 10 to 200 characters that is not the name.',
  LS_GRANT_NOT_FOUND: 'See `longshore users list` for the roles that there are; what groups of a provider give is changed in oidcGrants.',
  LS_LAST_ADMIN: 'Give somebody else the role first: `longshore users grant NAME admin`.',
  LS_TOKEN_NOT_FOUND: 'See `longshore tokens list`.',
  LS_TOKEN_EXISTS: 'Choose another name, or revoke the token that has it.',
  LS_TOKEN_INVALID: 'Give each limit as a role and a namespace, `operator@sales` for instance, and a lifetime of up to ten years.',
  LS_IDEMPOTENCY_REUSED: 'Send another `Idempotency-Key` with each new request; only a repeat has the same one.',
  LS_IDEMPOTENCY_BUSY: 'Ask again after as long as `Retry-After` says.',
  LS_TOO_MANY_REQUESTS: 'Wait for as long as `Retry-After` says.',
  LS_INTERNAL: 'Look into the log of the web process, and report what it says.',
  LS_SERVER_UNREACHABLE: 'Check the address in --server, and that `longshore web` runs there and can be reached from this machine.',
  LS_TIMEOUT: 'The server is reachable but does not answer; look at its load and its log.',
} as const
export type ErrorCode = keyof typeof ERRORS

/** An error for people: what happened and to what is the message; what to do is {@link LongshoreError.hint}. */
export class LongshoreError extends Error {
  override readonly name = 'LongshoreError'

  constructor(readonly code: ErrorCode, message: string, options?: { readonly cause?: unknown; readonly hint?: string }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.hint = options?.hint ?? ERRORS[code]
  }

  readonly hint: string
}
