import { parseLogLine } from '../../shared/log-store/log-line.js'
import { SHARED } from './dags.js'
import type { AttemptFact, ContainerFact, Facts, LedgerFact, RequestFacts, RunFact } from './facts.js'
import type { Site } from './site.js'

const LOGS = '/var/lib/longshore/logs'

const ATTEMPTS = `SELECT JSON_OBJECT('attempt', CONCAT(a.ti_id, '.', a.fence), 'dag', d.dag_id, 'run', r.run_id, 'state', a.state, 'reason', a.reason, 'exitCode', a.exit_code,
  'container', a.container, 'digest', SUBSTRING_INDEX(a.image_digest, '@', -1), 'queuedAt', a.queued_at, 'startedAt', a.started_at, 'worker', a.worker_name, 'log', a.log_path)
  FROM attempts a JOIN task_instances t ON t.ti_id = a.ti_id JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = r.dag_key`
const RUNS = `SELECT JSON_OBJECT('dag', d.dag_id, 'run', r.run_id, 'type', r.type, 'state', r.state, 'date', r.scheduled_for) FROM dag_runs r JOIN dags d ON d.dag_key = r.dag_key`
const PAUSED = `SELECT JSON_OBJECT('dag', dag_id, 'paused', is_paused) FROM dags`

/** Straight from the database of the installation: what its own commands would say is not asked here. */
async function query<T>(site: Site, sql: string): Promise<T[]> {
  const text = await site.sh(site.control, `mariadb --raw --batch --skip-column-names longshore <<'SQL'\n${sql}\nSQL`)
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as T)
}

export const attemptsOf = (site: Site): Promise<AttemptFact[]> => query(site, ATTEMPTS)
export const runsOf = (site: Site): Promise<RunFact[]> => query(site, RUNS)

export async function pausedOf(site: Site): Promise<Map<string, boolean>> {
  return new Map((await query<{ dag: string; paused: number }>(site, PAUSED)).map(({ dag, paused }) => [dag, paused !== 0]))
}

/** Whether the schedule of a DAG has dates to come. */
export async function hasDates(site: Site, dag: string): Promise<boolean> {
  return (await query<{ next: number | null }>(site, `SELECT JSON_OBJECT('next', next_due_at) FROM dags WHERE dag_id = '${dag}'`)).some(({ next }) => next !== null)
}

/** What is told twice, since Docker tells again what it remembers, counts once. */
export async function containersOf(site: Site): Promise<ContainerFact[]> {
  const text = await site.sh(site.control, `cd ${SHARED} && for file in events-*; do sed "s/^/$file /" "$file"; done`)
  const found = new Map<string, ContainerFact>()
  for (const line of text.split('\n')) {
    const [, node, json] = /^events-(\S+) (\{.*\})$/.exec(line) ?? []
    if (node === undefined || json === undefined) continue
    const { status, id, Actor: { Attributes } } = JSON.parse(json) as { status: string; id: string; Actor: { Attributes: Record<string, string> } }
    const exitCode = status === 'die' ? Number(Attributes['exitCode']) : found.get(id)?.exitCode ?? null
    found.set(id, { node, id, attempt: Attributes['longshore.attempt'] ?? '', exitCode })
  }
  return [...found.values()]
}

export async function ledgerOf(site: Site): Promise<LedgerFact[]> {
  return (await site.sh(site.control, `cat ${SHARED}/ledger`)).split('\n').flatMap(line => {
    const [, type, attempt] = /^(start|end) (\S+)$/.exec(line) ?? []
    return attempt === undefined ? [] : [{ type: type === 'start' ? 'start' : 'end', attempt }]
  })
}

/** From the files of the store. */
export async function logsOf(site: Site, attempts: readonly AttemptFact[]): Promise<Map<string, string[]>> {
  const list = attempts.map(({ attempt, log }) => `echo "=== ${attempt}"; cat '${LOGS}/${log}.log' || true`).join('\n')
  const logs = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of (await site.sh(site.control, list)).split('\n')) {
    if (line.startsWith('=== ')) logs.set(line.slice(4), lines = [])
    else lines.push(parseLogLine(line)?.text ?? `not a line of a log: ${line}`)
  }
  return logs
}

/** Everything, when all has ended. */
export async function collect(site: Site, requests: RequestFacts): Promise<Facts> {
  const attempts = await attemptsOf(site)
  return {
    attempts, requests, containers: await containersOf(site), ledger: await ledgerOf(site), logs: await logsOf(site, attempts), runs: await runsOf(site), paused: await pausedOf(site),
  }
}
