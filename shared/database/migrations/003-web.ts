import type { Knex } from 'knex'
import { allowed, changeTable, createTables, restoreTable, type Table, type TableChange } from './tables.js'

/** Who may use the API and what they did with it, and what its pages show over restarts. Secrets are stored as hashes only. */
const NEW_TABLES: readonly Table[] = [
  {
    name: 'users',
    columns: [
      'user_key SERIAL_BIGINT',
      // In lower case: `Ann` and `ann` are one person.
      'name VARCHAR(100) NOT NULL',
      // scrypt with its parameters and salt; NULL: signs in some other way.
      'password VARCHAR(300) NULL',
      'created_at BIGINT NOT NULL',
    ],
    unique: { users_name: ['name'] },
  },
  {
    name: 'user_grants',
    columns: [
      'user_key BIGINT NOT NULL',
      // `*` is everywhere.
      'namespace VARCHAR(200) NOT NULL',
      // Who gave it: what a provider's groups gave is replaced at each login by it, what people gave is not.
      'source VARCHAR(10) NOT NULL',
      'role VARCHAR(20) NOT NULL',
      'PRIMARY KEY (user_key, namespace, source)',
      `CONSTRAINT user_grants_values CHECK (${allowed('role', ['viewer', 'operator', 'author', 'admin'])} AND ${allowed('source', ['local', 'oidc'])})`,
      'CONSTRAINT user_grants_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE',
    ],
  },
  {
    // Who an OpenID Connect provider knows under which name; names may change there, subjects do not.
    name: 'user_identities',
    columns: [
      'issuer VARCHAR(300) NOT NULL',
      'subject VARCHAR(255) NOT NULL',
      'user_key BIGINT NOT NULL',
      'created_at BIGINT NOT NULL',
      'PRIMARY KEY (issuer, subject)',
      'CONSTRAINT user_identities_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE',
    ],
    indexes: { user_identities_user_index: ['user_key'] },
  },
  {
    name: 'sessions',
    columns: [
      // SHA-256 of what the cookie holds.
      'hash VARCHAR(64) NOT NULL PRIMARY KEY',
      'user_key BIGINT NOT NULL',
      'created_at BIGINT NOT NULL',
      'seen_at BIGINT NOT NULL',
      'CONSTRAINT sessions_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE',
    ],
    indexes: { sessions_user_index: ['user_key'], sessions_created: ['created_at'], sessions_seen: ['seen_at'] },
  },
  {
    // Codes that sign somebody in once: the first login, and what an admin sends to somebody new.
    name: 'login_codes',
    columns: [
      'hash VARCHAR(64) NOT NULL PRIMARY KEY',
      'user_key BIGINT NOT NULL',
      'expires_at BIGINT NOT NULL',
      'CONSTRAINT login_codes_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE',
    ],
    indexes: { login_codes_user_index: ['user_key'], login_codes_expiry: ['expires_at'] },
  },
  {
    name: 'api_tokens',
    columns: [
      // The public part of the token.
      'token_id VARCHAR(20) NOT NULL PRIMARY KEY',
      'user_key BIGINT NOT NULL',
      'name VARCHAR(100) NOT NULL',
      // SHA-256 of its secret part.
      'hash VARCHAR(64) NOT NULL',
      // JSON: the grants that it is narrowed to.
      'limits MEDIUMTEXT NOT NULL',
      'created_at BIGINT NOT NULL',
      // NULL: never.
      'expires_at BIGINT NULL',
      // To the minute.
      'last_used_at BIGINT NULL',
      'CONSTRAINT api_tokens_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE',
    ],
    unique: { api_tokens_name: ['user_key', 'name'] },
  },
  {
    name: 'audit_log',
    columns: [
      'audit_id SERIAL_BIGINT',
      'created_at BIGINT NOT NULL',
      // By name: what somebody did stays when they are gone.
      'principal VARCHAR(250) NOT NULL',
      'action VARCHAR(60) NOT NULL',
      'dag_id VARCHAR(200) NULL',
      // JSON: the parameters of the path, and which way it was changed.
      'target MEDIUMTEXT NOT NULL',
      // SHA-256 of the body: it may hold secrets.
      'body_digest VARCHAR(64) NULL',
      'status SMALLINT NOT NULL',
      // Of the error it was refused with.
      'code VARCHAR(60) NULL',
      'address VARCHAR(60) NOT NULL',
    ],
    indexes: { audit_log_time: ['created_at'], audit_log_principal: ['principal', 'audit_id'], audit_log_action: ['action', 'audit_id'], audit_log_dag: ['dag_id', 'audit_id'] },
  },
  {
    // Answers to requests that may be sent twice.
    name: 'idempotency_keys',
    columns: [
      // SHA-256 of who asked and their key.
      'hash VARCHAR(64) NOT NULL PRIMARY KEY',
      // SHA-256 of method, path and body.
      'request VARCHAR(64) NOT NULL',
      // NULL while the first request is worked on.
      'status SMALLINT NULL',
      'type VARCHAR(100) NULL',
      'body LONGTEXT NULL',
      'created_at BIGINT NOT NULL',
    ],
    indexes: { idempotency_keys_age: ['created_at'] },
  },
  {
    // How full the queues were, once a minute; kept for two days.
    name: 'queue_samples',
    columns: [
      'queue VARCHAR(63) NOT NULL',
      // The minute, milliseconds since the epoch.
      'sampled_at BIGINT NOT NULL',
      // How long since the sample before: rates are per this time.
      'span_ms BIGINT NOT NULL',
      'waiting INT NOT NULL',
      'active INT NOT NULL',
      'oldest_ms BIGINT NOT NULL',
      // Task instances that became runnable, and attempts that ended.
      'came INT NOT NULL',
      'went INT NOT NULL',
      'PRIMARY KEY (queue, sampled_at)',
    ],
    indexes: { queue_samples_time: ['sampled_at'] },
  },
  {
    // Which schedulers there are.
    name: 'schedulers',
    columns: [
      'scheduler_id VARCHAR(64) NOT NULL PRIMARY KEY',
      // JSON: what it last said of itself.
      'facts MEDIUMTEXT NOT NULL',
      'started_at BIGINT NOT NULL',
      'last_seen BIGINT NOT NULL',
      // When it said that it goes; NULL while it is there or has vanished.
      'left_at BIGINT NULL',
    ],
    indexes: { schedulers_last_seen: ['last_seen'] },
  },
  {
    // Which version is wanted where.
    name: 'releases',
    columns: [
      'role VARCHAR(20) NOT NULL',
      // Empty: every pool that has no row of its own, and what is no worker.
      "pool VARCHAR(63) NOT NULL DEFAULT ''",
      'version VARCHAR(60) NOT NULL',
      // JSON: SHA-256 of each package, by the name of its file.
      'sums MEDIUMTEXT NOT NULL',
      // Grows with every change; what a node has failed at is forgiven with the next.
      'revision BIGINT NOT NULL',
      // Nodes that may be updated at once.
      'max_unavailable INT NOT NULL',
      'set_by VARCHAR(200) NOT NULL',
      'set_at BIGINT NOT NULL',
      // NULL: it goes on.
      'halted_at BIGINT NULL',
      'halted_by VARCHAR(200) NULL',
      'halted_why MEDIUMTEXT NULL',
      'PRIMARY KEY (role, pool)',
      `CONSTRAINT releases_role CHECK (${allowed('role', ['web', 'scheduler', 'worker'])})`,
    ],
  },
  {
    // Machines that update themselves.
    name: 'nodes',
    columns: [
      'node_id VARCHAR(64) NOT NULL PRIMARY KEY',
      // JSON: what it last said of itself.
      'report MEDIUMTEXT NOT NULL',
      'last_seen BIGINT NOT NULL',
      // The revision that it was let update to, and when; NULL: none.
      'granted_revision BIGINT NULL',
      'granted_at BIGINT NULL',
    ],
    indexes: { nodes_last_seen: ['last_seen'] },
  },
  {
    // Folders of DAG files as they were deployed.
    name: 'bundles',
    columns: [
      'bundle_key SERIAL_BIGINT',
      // SHA-256 of all paths and contents.
      'hash VARCHAR(64) NOT NULL',
      'files INT NOT NULL',
      'bytes BIGINT NOT NULL',
      'dags INT NOT NULL',
      // JSON: each DAG with its file and hashes.
      'manifest MEDIUMTEXT NOT NULL',
      'created_by VARCHAR(250) NOT NULL',
      'created_at BIGINT NOT NULL',
      // NULL: it never was in force.
      'activated_by VARCHAR(250) NULL',
      'activated_at BIGINT NULL',
      // What was in force before it; that may have been deleted since.
      'previous_key BIGINT NULL',
    ],
    unique: { bundles_hash: ['hash'] },
  },
  {
    // A packed bundle, in pieces that are shorter than any packet of the database.
    name: 'bundle_chunks',
    columns: [
      'bundle_key BIGINT NOT NULL',
      'number INT NOT NULL',
      // Base64: dumps and their restoring need no care for bytes.
      'content MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (bundle_key, number)',
      'CONSTRAINT bundle_chunks_bundle FOREIGN KEY (bundle_key) REFERENCES bundles (bundle_key) ON DELETE CASCADE',
    ],
  },
  {
    // One row: where DAG files come from.
    name: 'active_bundle',
    columns: [
      'id INT NOT NULL PRIMARY KEY',
      // NULL: each scheduler's DAG folder.
      'bundle_key BIGINT NULL',
      // Grows with every change.
      'activation BIGINT NOT NULL',
      'CONSTRAINT active_bundle_one CHECK (id = 1)',
      'CONSTRAINT active_bundle_bundle FOREIGN KEY (bundle_key) REFERENCES bundles (bundle_key)',
    ],
  },
]

const CHANGES: readonly TableChange[] = [
  {
    table: 'dag_runs',
    add: [],
    addIndexes: {
      // The runs of a DAG of some type and in some state by date, and how many there were on each day, without reading a run.
      // Who does not ask for a type asks for all four: one index in the place of two.
      dag_runs_by_dag_date: ['dag_key', 'type', 'state', 'logical_date'],
      // The newest runs of some type and in some state, whatever their DAG.
      dag_runs_newest: ['type', 'state', 'run_key'],
      // On which days a run has ended since they were counted, without reading a run.
      dag_runs_by_end: ['dag_key', 'ended_at', 'logical_date'],
      // How far backfills are and how long their runs took, of a page of them with 10,000 runs each, without reading a run.
      dag_runs_of_backfill: ['backfill_key', 'state', 'started_at', 'ended_at'],
    },
    // Others begin with their columns.
    dropIndexes: { dag_runs_by_dag: ['dag_key', 'state'], dag_runs_by_backfill: ['backfill_key', 'state'] },
  },
  {
    table: 'external_events',
    add: [],
    // The newest of one name, whatever the history.
    addIndexes: { external_events_newest: ['name', 'event_id'] },
  },
  {
    table: 'task_instances',
    add: [],
    addIndexes: {
      // Counts of a queue without reading an instance, the one that waits longest, and lists over all DAGs by time.
      task_instances_by_queue: ['state', 'queue', 'scheduled_at'],
      // Grids without reading an instance: 50,000 of them are 30 times as many bytes.
      task_instances_of_run: ['run_key', 'state', 'task_id', 'map_index', 'is_removed'],
    },
    dropIndexes: { task_instances_by_run: ['run_key', 'state'] },
  },
  {
    table: 'workers',
    // Attempts that schedulers have seen end there, over all of its processes, and those of them that did not succeed.
    add: ['processed BIGINT NOT NULL DEFAULT 0', 'failed BIGINT NOT NULL DEFAULT 0'],
  },
]

export async function up(knex: Knex): Promise<void> {
  await createTables(knex, NEW_TABLES)
  await knex('active_bundle').insert({ id: 1, bundle_key: null, activation: 0 }).onConflict('id').ignore()
  for (const change of CHANGES) await changeTable(knex, change)
}

export async function down(knex: Knex): Promise<void> {
  for (const change of [...CHANGES].reverse()) await restoreTable(knex, change)
  for (const { name } of [...NEW_TABLES].reverse()) await knex.schema.dropTableIfExists(name)
}
