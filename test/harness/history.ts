import { createConnection, type Connection } from 'mysql2/promise'
import { compileDag } from '../../shared/dag/compile.js'
import type { DagVersion } from '../../shared/dag/model.js'
import type { Database } from '../../shared/database/database.js'
import { storeUnscheduledDag } from '../../shared/operations/store-dag.js'

/** 2025-01-01: the first run of each DAG. */
export const HISTORY_START = 1_735_689_600_000

export interface PastRuns {
  readonly dag: string
  readonly tasks: number
  /** By number: the first and the last of them that are added. */
  readonly from: number
  readonly to: number
  /** Between two logical dates. */
  readonly everyMs: number
}

/**
 * Adds history to an installation on MariaDB: runs that have ended, whose instances have an attempt each, and what else lists
 * grow by. One run in twenty has failed, with one of its tasks; of the first DAG every fifth belongs to a backfill of
 * `backfillOf` dates.
 *
 * InnoDB loads an empty table in the order of its keys and sorts each index once, when one statement fills it and nothing
 * is to be checked meanwhile: put the DAG that has most first.
 */
export async function addHistory(database: Database, databaseUrl: string, past: readonly [PastRuns, ...PastRuns[]], backfillOf: number): Promise<void> {
  for (const { dag, tasks } of past) await storeUnscheduledDag(database, versionOf(dag, tasks), 'history.yaml')
  const connection = await createConnection(databaseUrl)
  try {
    await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0, check_constraint_checks = 0')
    for (const runs of past) await addRuns(connection, runs, runs === past[0] ? backfillOf : null)
    for (const runs of past) await addInstances(connection, runs)
    await connection.query(ATTEMPTS)
    await addLists(connection, past[0], backfillOf)
    await connection.query('ANALYZE TABLE dag_runs, task_instances, attempts, audit_log, external_events, asset_events, backfills, queue_samples')
  } finally {
    await connection.end()
  }
}

function versionOf(dag: string, tasks: number): DagVersion {
  const locate = () => ({ file: 'history.yaml', line: null, column: null })
  const compiled = compileDag({ id: dag, options: {}, locate, tasks: Array.from({ length: tasks }, (_, index) => ({ id: `t${index}`, options: { image: 'bench', command: ['work', '{{ logical_date }}'] }, after: index === 0 ? [] : ['t0'], locate })) })
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('; '))
  return compiled.version
}

async function addRuns(connection: Connection, { dag, from, to, everyMs }: PastRuns, backfillOf: number | null): Promise<void> {
  const date = `(${HISTORY_START} + n.seq * ${everyMs})`
  await connection.query(`INSERT INTO dag_runs (dag_key, version_key, run_id, type, state, logical_date, interval_start, interval_end, scheduled_for, params, due_at, started_at, ended_at, backfill_key)
    SELECT d.dag_key, d.version_key, CONCAT('r', n.seq), 'scheduled', IF(n.seq % 20 = 0, 'failed', 'success'), ${date}, ${date}, ${date}, ${date}, '{}', ${date}, ${date} + 20, ${date} + 60000,
      ${backfillOf === null ? 'NULL' : `IF(n.seq % 5 = 0, 1 + n.seq DIV ${backfillOf}, NULL)`}
    FROM seq_${from}_to_${to} n JOIN dags d WHERE d.dag_id = ? ORDER BY n.seq`, [dag])
}

async function addInstances(connection: Connection, { dag, tasks, from, to, everyMs }: PastRuns): Promise<void> {
  await connection.query(`INSERT INTO task_instances (run_key, dag_key, task_id, map_index, state, queue, broker_priority, fence, lane_key, scheduled_at, started_at, ended_at)
    SELECT STRAIGHT_JOIN r.run_key, r.dag_key, CONCAT('t', n.seq), -1, IF(r.state = 'failed' AND n.seq = 0, 'failed', 'success'), 'default', 100, 1, 1 + n.seq % 8,
      r.started_at + 50 * n.seq, r.started_at + 50 * n.seq + 30, r.started_at + 50 * n.seq + 2000
    FROM dags d JOIN dag_runs r FORCE INDEX (dag_runs_by_date) ON r.dag_key = d.dag_key JOIN seq_0_to_${tasks - 1} n
    WHERE d.dag_id = ? AND r.logical_date BETWEEN ? AND ?`, [dag, HISTORY_START + from * everyMs, HISTORY_START + to * everyMs])
}

const ATTEMPTS = `INSERT INTO attempts (ti_id, fence, state, try_number, queue, last_seq, worker_id, worker_name, container, image, queued_at, claimed_at, started_at, finished_at, ended_at, exit_code, log_path, log_bytes, log_lines, log_truncated)
  SELECT t.ti_id, 1, 'finished', 1, t.queue, 3, CONCAT('01890a5d-ac96-774b-bcce-b302099a80', 10 + t.ti_id % 50), CONCAT('worker-', t.ti_id % 50), SHA2(t.ti_id, 256), 'registry.example/bench:1',
    t.scheduled_at, t.scheduled_at + 10, t.started_at, t.ended_at - 20, t.ended_at, IF(t.state = 'failed', 1, 0), CONCAT('bench/', t.run_key, '/', t.task_id, '/1.log'), 2000, 40, 0
  FROM task_instances t WHERE t.ti_id > (SELECT COALESCE(MAX(ti_id), 0) FROM attempts) ORDER BY t.ti_id`

/** What people and the world outside did, two of each for a run, and the samples of two days. */
async function addLists(connection: Connection, { dag, from, to }: PastRuns, backfillOf: number): Promise<void> {
  const each = `FROM seq_${2 * from}_to_${2 * to} n ORDER BY n.seq`
  const time = `${HISTORY_START} + n.seq * 1000`
  await connection.query(`INSERT INTO audit_log (created_at, principal, action, dag_id, target, body_digest, status, address)
    SELECT ${time}, CONCAT('user', n.seq % 50), IF(n.seq % 3 = 0, 'run.trigger', 'run.clear'), ?, '{}', NULL, 200, '127.0.0.1' ${each}`, [dag])
  await connection.query(`INSERT INTO external_events (name, run_key, payload, posted_by, created_at) SELECT CONCAT('event', n.seq % 20), NULL, '{"rows":12}', 'bench', ${time} ${each}`)
  await connection.query(`INSERT INTO asset_events (asset, ti_id, run_key, source, created_at) SELECT CONCAT('lake/table', n.seq % 50), n.seq, 1, ?, ${time} ${each}`, [`${dag}/r1/t1`])
  await connection.query(`INSERT INTO backfills (dag_key, state, from_date, to_date, reprocess, max_active_runs, params, skipped, created_by, created_at)
    SELECT d.dag_key, 'active', ${HISTORY_START}, ${HISTORY_START} + 86400000, 'none', 4, '{}', 0, 'bench', ${time} FROM seq_${Math.floor(from / backfillOf)}_to_${Math.floor(to / backfillOf)} n JOIN dags d WHERE d.dag_id = ? ORDER BY n.seq`, [dag])
  await connection.query(`INSERT IGNORE INTO queue_samples (queue, sampled_at, span_ms, waiting, active, oldest_ms, came, went)
    SELECT 'default', (UNIX_TIMESTAMP() DIV 60 - n.seq) * 60000, 60000, 3, 5, 100, 40, 40 FROM seq_1_to_2880 n`)
}
