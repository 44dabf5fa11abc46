import type { Knex } from 'knex'
import { allowed, createTables, type Table } from './tables.js'

/**
 * Times are BIGINT milliseconds since the epoch by the database's clock, except `started_at` and `finished_at` of an
 * attempt, which are its worker's and keep fractions. Strings compare byte by byte: `Load` and `load` are two tasks.
 */
const RUN_STATES = ['queued', 'running', 'success', 'failed', 'cancelled']
const RUN_TYPES = ['scheduled', 'manual']
const TASK_STATES = ['none', 'scheduled', 'queued', 'starting', 'running', 'success', 'failed', 'skipped', 'upstream_failed', 'cancelled', 'up_for_retry', 'up_for_reschedule']
const ATTEMPT_STATES = ['queued', 'starting', 'running', 'finished', 'released', 'lost']

const TABLES: readonly Table[] = [
  {
    name: 'dags',
    columns: [
      'dag_key SERIAL_INT',
      'dag_id VARCHAR(200) NOT NULL',
      'version_key BIGINT NULL',
      'file VARCHAR(500) NOT NULL',
      'is_paused SMALLINT NOT NULL DEFAULT 0',
      // 0 once its file no longer defines it: no new runs, but those in flight finish.
      'is_active SMALLINT NOT NULL DEFAULT 1',
      'max_active_runs INT NOT NULL',
      'max_active_tasks INT NOT NULL',
      // The next interval of the timetable and when its run is due; NULL when there is none.
      'next_interval_start BIGINT NULL',
      'next_interval_end BIGINT NULL',
      'next_due_at BIGINT NULL',
      'updated_at BIGINT NOT NULL',
      'CONSTRAINT dags_limits CHECK (max_active_runs > 0 AND max_active_tasks > 0)',
    ],
    unique: { dags_dag_id: ['dag_id'] },
    indexes: { dags_due: ['is_active', 'is_paused', 'next_due_at'], dags_file: ['file'] },
  },
  {
    name: 'dag_versions',
    columns: [
      'version_key SERIAL_BIGINT',
      'dag_key INT NOT NULL',
      'number INT NOT NULL',
      'hash VARCHAR(64) NOT NULL',
      'spec LONGTEXT NOT NULL',
      'created_at BIGINT NOT NULL',
      'CONSTRAINT dag_versions_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)',
    ],
    unique: { dag_versions_hash: ['dag_key', 'hash'], dag_versions_number: ['dag_key', 'number'] },
  },
  {
    name: 'dag_files',
    columns: [
      'path VARCHAR(500) NOT NULL PRIMARY KEY',
      // JSON array of problems; NULL when the file is in order.
      'problems LONGTEXT NULL',
      'updated_at BIGINT NOT NULL',
    ],
  },
  {
    name: 'dag_runs',
    columns: [
      'run_key SERIAL_BIGINT',
      'dag_key INT NOT NULL',
      'version_key BIGINT NOT NULL',
      'run_id VARCHAR(250) NOT NULL',
      'type VARCHAR(20) NOT NULL',
      'state VARCHAR(20) NOT NULL',
      'logical_date BIGINT NOT NULL',
      'interval_start BIGINT NOT NULL',
      'interval_end BIGINT NOT NULL',
      // Equal to logical_date on runs of the timetable, else NULL: UNIQUE then lets no date be scheduled twice.
      'scheduled_for BIGINT NULL',
      'params MEDIUMTEXT NOT NULL',
      'due_at BIGINT NOT NULL',
      'started_at BIGINT NULL',
      'ended_at BIGINT NULL',
      `CONSTRAINT dag_runs_states CHECK (${allowed('state', RUN_STATES)} AND ${allowed('type', RUN_TYPES)})`,
      'CONSTRAINT dag_runs_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)',
      'CONSTRAINT dag_runs_version FOREIGN KEY (version_key) REFERENCES dag_versions (version_key)',
    ],
    unique: { dag_runs_run_id: ['dag_key', 'run_id'], dag_runs_scheduled_for: ['dag_key', 'scheduled_for'] },
    indexes: { dag_runs_by_state: ['state', 'dag_key', 'run_key'], dag_runs_by_dag: ['dag_key', 'state'], dag_runs_by_date: ['dag_key', 'logical_date'] },
  },
  {
    name: 'task_instances',
    columns: [
      'ti_id SERIAL_BIGINT',
      'run_key BIGINT NOT NULL',
      'dag_key INT NOT NULL',
      'task_id VARCHAR(200) NOT NULL',
      'map_index INT NOT NULL DEFAULT -1',
      'state VARCHAR(20) NOT NULL',
      // Why it is in this state, in a word or a sentence.
      'reason VARCHAR(500) NULL',
      'fence INT NOT NULL DEFAULT 0',
      'try_number INT NOT NULL DEFAULT 1',
      'infra_losses INT NOT NULL DEFAULT 0',
      'queue VARCHAR(63) NOT NULL',
      // BullMQ's order: 1 first.
      'broker_priority INT NOT NULL',
      'due_at BIGINT NULL',
      // How many upstream task instances ended in which way. They make planning cost what an event affects, not what the
      // DAG holds: a fan-in of 10,000 would else be read 10,000 times. Written only under the lock of the run, in the
      // transaction that writes the states they count.
      'up_success INT NOT NULL DEFAULT 0',
      'up_failed INT NOT NULL DEFAULT 0',
      'up_upstream_failed INT NOT NULL DEFAULT 0',
      'up_skipped INT NOT NULL DEFAULT 0',
      'scheduled_at BIGINT NULL',
      'started_at BIGINT NULL',
      'ended_at BIGINT NULL',
      `CONSTRAINT task_instances_state CHECK (${allowed('state', TASK_STATES)})`,
      'CONSTRAINT task_instances_numbers CHECK (fence >= 0 AND try_number >= 1 AND broker_priority >= 1)',
      'CONSTRAINT task_instances_run FOREIGN KEY (run_key) REFERENCES dag_runs (run_key) ON DELETE CASCADE',
    ],
    unique: { task_instances_name: ['run_key', 'task_id', 'map_index'] },
    indexes: {
      task_instances_by_run: ['run_key', 'state'],
      task_instances_runnable: ['state', 'broker_priority', 'ti_id'],
      task_instances_due: ['state', 'due_at'],
      task_instances_active: ['state', 'dag_key'],
    },
  },
  {
    name: 'attempts',
    columns: [
      'ti_id BIGINT NOT NULL',
      'fence INT NOT NULL',
      'state VARCHAR(20) NOT NULL',
      'try_number INT NOT NULL',
      'queue VARCHAR(63) NOT NULL',
      // Sequence number of the newest event applied; an event that is not newer is a repeat.
      'last_seq INT NOT NULL DEFAULT 0',
      'worker_id VARCHAR(64) NULL',
      'worker_name VARCHAR(200) NULL',
      'container VARCHAR(128) NULL',
      'image VARCHAR(500) NULL',
      'image_digest VARCHAR(200) NULL',
      'queued_at BIGINT NOT NULL',
      'claimed_at BIGINT NULL',
      'started_at DOUBLE NULL',
      'finished_at DOUBLE NULL',
      'ended_at BIGINT NULL',
      // When a queued or starting attempt is given up; NULL means never.
      'deadline_at BIGINT NULL',
      'exit_code INT NULL',
      'reason VARCHAR(40) NULL',
      'detail VARCHAR(2000) NULL',
      'log_path VARCHAR(1000) NOT NULL',
      'log_bytes BIGINT NULL',
      'log_lines BIGINT NULL',
      'log_truncated SMALLINT NULL',
      'PRIMARY KEY (ti_id, fence)',
      `CONSTRAINT attempts_state CHECK (${allowed('state', ATTEMPT_STATES)})`,
      'CONSTRAINT attempts_task_instance FOREIGN KEY (ti_id) REFERENCES task_instances (ti_id) ON DELETE CASCADE',
    ],
    indexes: { attempts_by_state: ['state', 'queue'], attempts_by_end: ['queue', 'ended_at'] },
  },
  {
    name: 'results',
    columns: [
      'ti_id BIGINT NOT NULL PRIMARY KEY',
      'value MEDIUMTEXT NOT NULL',
      'CONSTRAINT results_task_instance FOREIGN KEY (ti_id) REFERENCES task_instances (ti_id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'queues',
    columns: [
      'name VARCHAR(63) NOT NULL PRIMARY KEY',
      'epoch_id VARCHAR(64) NULL',
      'epoch_counter BIGINT NOT NULL DEFAULT 0',
      // Since when Redis is known not to have forgotten anything of this queue.
      'epoch_since BIGINT NULL',
      // Until then workers may re-assert their leases and nothing is declared lost.
      'recovering_until BIGINT NULL',
    ],
  },
  { name: 'locks', columns: ['name VARCHAR(40) NOT NULL PRIMARY KEY'] },
  {
    name: 'dead_letters',
    columns: [
      'id SERIAL_BIGINT',
      'queue VARCHAR(63) NOT NULL',
      'entry VARCHAR(64) NOT NULL',
      'payload MEDIUMTEXT NOT NULL',
      'reason VARCHAR(1000) NOT NULL',
      'created_at BIGINT NOT NULL',
    ],
    unique: { dead_letters_entry: ['queue', 'entry'] },
  },
]

export async function up(knex: Knex): Promise<void> {
  await createTables(knex, TABLES)
  await knex('locks').insert({ name: 'dispatch' }).onConflict('name').ignore()
}

export async function down(knex: Knex): Promise<void> {
  for (const { name } of [...TABLES].reverse()) await knex.schema.dropTableIfExists(name)
}
