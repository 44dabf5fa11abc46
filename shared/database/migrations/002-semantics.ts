import type { Knex } from 'knex'
import { allowed, changeTable, createTables, restoreTable, type Table, type TableChange } from './tables.js'

/** Lanes, pools, mapping, waits, backfills, assets and what people want. */
const NEW_TABLES: readonly Table[] = [
  {
    // The limits under which task instances stand; those under the same ones share a lane, so that dispatch looks at lanes
    // and not at every instance that is held back. Rows never change.
    name: 'lanes',
    columns: [
      'lane_key SERIAL_BIGINT',
      // SHA-256 of what follows.
      'hash VARCHAR(64) NOT NULL',
      'dag_key INT NOT NULL',
      'queue VARCHAR(63) NOT NULL',
      'pool VARCHAR(63) NULL',
      'pool_slots INT NOT NULL',
      // Of a task with maxActive, and of one run of a map with maxActive.
      'task_id VARCHAR(200) NULL',
      'task_limit INT NULL',
      'run_key BIGINT NULL',
      'map_limit INT NULL',
      'CONSTRAINT lanes_slots CHECK (pool_slots > 0)',
    ],
    unique: { lanes_hash: ['hash'] },
    indexes: { lanes_run: ['run_key'] },
  },
  {
    name: 'pools',
    columns: ['name VARCHAR(63) NOT NULL PRIMARY KEY', 'slots INT NOT NULL', 'description VARCHAR(500) NULL', 'CONSTRAINT pools_slots CHECK (slots >= 0)'],
  },
  {
    // What each instance of a mapped task works on, as it was when the task was expanded.
    name: 'map_items',
    columns: [
      'run_key BIGINT NOT NULL',
      'task_id VARCHAR(200) NOT NULL',
      'map_index INT NOT NULL',
      'value MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (run_key, task_id, map_index)',
      'CONSTRAINT map_items_run FOREIGN KEY (run_key) REFERENCES dag_runs (run_key) ON DELETE CASCADE',
    ],
  },
  {
    name: 'backfills',
    columns: [
      'backfill_key SERIAL_BIGINT',
      'dag_key INT NOT NULL',
      'state VARCHAR(20) NOT NULL',
      'from_date BIGINT NOT NULL',
      'to_date BIGINT NOT NULL',
      'reprocess VARCHAR(20) NOT NULL',
      'max_active_runs INT NOT NULL',
      'is_backwards SMALLINT NOT NULL DEFAULT 0',
      'params MEDIUMTEXT NOT NULL',
      // Dates of the range that it left alone because they had a run.
      'skipped INT NOT NULL DEFAULT 0',
      'created_by VARCHAR(200) NULL',
      'created_at BIGINT NOT NULL',
      `CONSTRAINT backfills_values CHECK (state IN ('active', 'paused', 'cancelled') AND reprocess IN ('none', 'failed', 'completed') AND max_active_runs > 0)`,
      'CONSTRAINT backfills_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)',
    ],
    indexes: { backfills_dag_index: ['dag_key'] },
  },
  {
    // One row per update of an asset.
    name: 'asset_events',
    columns: [
      'event_id SERIAL_BIGINT',
      'asset VARCHAR(200) NOT NULL',
      // The task instance whose success it was; NULL when it was told from outside.
      'ti_id BIGINT NULL',
      'run_key BIGINT NULL',
      'source VARCHAR(500) NOT NULL',
      'created_at BIGINT NOT NULL',
    ],
    indexes: { asset_events_asset: ['asset', 'event_id'] },
  },
  {
    // The assets on which a DAG is scheduled, and the last update of each that it has had a run for.
    name: 'asset_subscriptions',
    columns: [
      'dag_key INT NOT NULL',
      'asset VARCHAR(200) NOT NULL',
      'seen_event BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (dag_key, asset)',
      'CONSTRAINT asset_subscriptions_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)',
    ],
    indexes: { asset_subscriptions_asset: ['asset'] },
  },
  {
    // What was told from outside to tasks that wait for it.
    name: 'external_events',
    columns: [
      'event_id SERIAL_BIGINT',
      'name VARCHAR(200) NOT NULL',
      // The run it is meant for; NULL means every run that waits for it.
      'run_key BIGINT NULL',
      // JSON; becomes the result of the task.
      'payload MEDIUMTEXT NOT NULL',
      'is_rejected SMALLINT NOT NULL DEFAULT 0',
      'posted_by VARCHAR(200) NULL',
      'created_at BIGINT NOT NULL',
    ],
    indexes: { external_events_name: ['name', 'created_at'] },
  },
  {
    // Workers that schedulers have heard of, and what people want of them.
    name: 'workers',
    columns: [
      // UUID of its state directory.
      'worker_id VARCHAR(64) NOT NULL PRIMARY KEY',
      'name VARCHAR(200) NOT NULL',
      // JSON: what it last said of itself.
      'facts MEDIUMTEXT NOT NULL',
      'first_seen BIGINT NOT NULL',
      'last_seen BIGINT NOT NULL',
      // When it said that it goes; NULL while it is there or has vanished.
      'left_at BIGINT NULL',
      // JSON; NULL wants nothing.
      'wanted MEDIUMTEXT NULL',
    ],
    indexes: { workers_name: ['name'], workers_last_seen: ['last_seen'] },
  },
]

const RUN_STATES = allowed('state', ['queued', 'running', 'success', 'failed', 'cancelled'])

const CHANGES: readonly TableChange[] = [
  {
    table: 'dags',
    add: [
      // The newest interval that the timetable made a run for. Kept here, because runs go by retention and by backfills.
      'last_interval_start BIGINT NULL',
      'last_interval_end BIGINT NULL',
    ],
  },
  {
    table: 'dag_runs',
    add: [
      'backfill_key BIGINT NULL',
      'deadline_at BIGINT NULL',
      'deadline_missed SMALLINT NOT NULL DEFAULT 0',
      'timeout_at BIGINT NULL',
      // What it shall end as; NULL lets its tasks decide.
      `wanted VARCHAR(20) NULL CHECK (${allowed('wanted', ['cancelled', 'failed'])})`,
      // Who or what made it, cleared it, cancelled it.
      'reason VARCHAR(500) NULL',
    ],
    checks: {
      dag_runs_states: {
        before: `${RUN_STATES} AND ${allowed('type', ['scheduled', 'manual'])}`,
        after: `${RUN_STATES} AND ${allowed('type', ['scheduled', 'manual', 'backfill', 'asset'])}`,
      },
    },
    addIndexes: { dag_runs_by_backfill: ['backfill_key', 'state'], dag_runs_by_turn: ['state', 'dag_key', 'backfill_key', 'logical_date'], dag_runs_by_timeout: ['state', 'timeout_at'], dag_runs_by_deadline: ['state', 'deadline_missed', 'deadline_at'] },
  },
  {
    table: 'task_instances',
    add: [
      'lane_key BIGINT NOT NULL DEFAULT 0',
      // How many upstream task instances it waits for; the tallies count those of them that have ended.
      'up_total INT NOT NULL DEFAULT 0',
      `wanted VARCHAR(20) NULL CHECK (${allowed('wanted', ['cancelled', 'cleared', 'success', 'failed'])})`,
      // What would end its wait, so that the end of that can bring its next look forward.
      'wait_key VARCHAR(250) NULL',
      // Of a mapped task that was cleared: the list that it is expanded over has no such index any more. Kept for its attempts
      // and their logs; counts for nothing.
      'is_removed SMALLINT NOT NULL DEFAULT 0',
    ],
    addIndexes: { task_instances_lane: ['state', 'lane_key', 'broker_priority', 'ti_id'], task_instances_waiting: ['state', 'wait_key'] },
    dropIndexes: { task_instances_active: ['state', 'dag_key'] },
  },
  // What the attempt used, as far as its worker could see.
  { table: 'attempts', add: [
    'cpu_seconds DOUBLE NULL', 'peak_memory BIGINT NULL', 'io_read BIGINT NULL', 'io_write BIGINT NULL',
    // How long it waited for its image, milliseconds, and what was downloaded; NULL when the worker had it.
    'pull_ms BIGINT NULL', 'pull_bytes BIGINT NULL',
  ] },
  { table: 'queues', add: [
    'max_active INT NULL CHECK (max_active >= 0)',
    'is_paused SMALLINT NOT NULL DEFAULT 0',
    // When it was paused or resumed; NULL: never.
    'paused_at BIGINT NULL',
    'paused_by VARCHAR(200) NULL',
  ] },
]

export async function up(knex: Knex): Promise<void> {
  await createTables(knex, NEW_TABLES)
  for (const change of CHANGES) await changeTable(knex, change)
  await knex('locks').insert({ name: 'assets' }).onConflict('name').ignore()
  await knex.raw(`UPDATE dags SET last_interval_start = (SELECT MAX(scheduled_for) FROM dag_runs WHERE dag_runs.dag_key = dags.dag_key) WHERE last_interval_start IS NULL`)
  await knex.raw(`UPDATE dags SET last_interval_end = (SELECT interval_end FROM dag_runs WHERE dag_runs.dag_key = dags.dag_key AND dag_runs.scheduled_for = dags.last_interval_start) WHERE last_interval_end IS NULL`)
  await completeOpenInstances(knex)
}

export async function down(knex: Knex): Promise<void> {
  await knex('dag_runs').whereIn('type', ['backfill', 'asset']).update({ type: 'manual' })
  await knex('locks').where({ name: 'assets' }).delete()
  for (const change of [...CHANGES].reverse()) await restoreTable(knex, change)
  for (const { name } of [...NEW_TABLES].reverse()) await knex.schema.dropTableIfExists(name)
}

interface OpenInstance {
  readonly ti_id: number
  readonly dag_key: number
  readonly task_id: string
  readonly queue: string
  readonly spec: string
}

/** Gives the instances of runs in flight their lanes and totals; what has ended needs neither. */
async function completeOpenInstances(knex: Knex): Promise<void> {
  const open = await knex('task_instances as t').join('dag_runs as r', 'r.run_key', 't.run_key').join('dag_versions as v', 'v.version_key', 'r.version_key')
    .whereIn('r.state', ['queued', 'running']).whereNotIn('t.state', ['success', 'failed', 'skipped', 'upstream_failed', 'cancelled'])
    .select('t.ti_id', 't.dag_key', 't.task_id', 't.queue', 'v.spec') as OpenInstance[]
  const lanes = new Map<string, number>()
  for (const { dag_key, queue } of open) {
    // Not a hash: the lanes of this one upgrade are told apart from those that schedulers make, and stand beside them.
    const hash = `002/${dag_key}/${queue}`.slice(0, 64)
    if (lanes.has(hash)) continue
    await knex('lanes').insert({ hash, dag_key, queue, pool_slots: 1 }).onConflict('hash').ignore()
    lanes.set(hash, (await knex('lanes').where({ hash }).first('lane_key') as { lane_key: number }).lane_key)
  }
  for (const { ti_id, dag_key, queue, task_id, spec } of open) {
    const { tasks } = JSON.parse(spec) as { tasks: { id: string; after: string[] }[] }
    await knex('task_instances').where({ ti_id }).update({
      lane_key: lanes.get(`002/${dag_key}/${queue}`.slice(0, 64)), up_total: tasks.find(({ id }) => id === task_id)?.after.length ?? 0,
    })
  }
}

