import { chunks } from '../../shared/database/chunks.js'
import type { Database } from '../../shared/database/database.js'
import { listQueues } from '../../shared/database/tables/queues.js'
import { attemptedBy, ofDags, readTaskPage, taskKeys, type TaskKey, type TaskPageRow } from '../../shared/database/tables/task-pages.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { iso } from '../../shared/time/iso.js'
import { namespaceOf } from '../identity/access.js'
import type { QueuedTask } from '../schemas/queued-task.js'

/** What has waited for a slot once. */
export const LISTED_STATES = [
  TaskState.scheduled, TaskState.queued, TaskState.starting, TaskState.running, TaskState.upForRetry, TaskState.upForReschedule, TaskState.success, TaskState.failed, TaskState.skipped, TaskState.cancelled,
] as const

export interface TaskListRequest {
  readonly states: readonly TaskState[]
  readonly queue: string | null
  /** Name or id. */
  readonly worker: string | null
  readonly dag: string | null
  /** Null: all. */
  readonly namespaces: readonly string[] | null
  readonly newestFirst: boolean
  readonly after: TaskKey | null
  readonly limit: number
}

/** Instances that one page looks at when it leaves some out: how rare what is wanted may be does not decide what a page costs. Few first: they are often enough. */
const LOOKS = [500, 1_500] as const

/** `last` is where the next page begins; a page may be short, even empty, while there is a next one. */
export async function readTaskList(database: Database, request: TaskListRequest): Promise<{ items: QueuedTask[]; last: TaskKey | null }> {
  const { states, queue, worker, dag, namespaces, newestFirst, limit } = request
  const queues = queue === null ? (await listQueues(database)).map(({ name }) => name) : [queue]
  if (queues.length === 0) return { items: [], last: null }
  const isChoosy = dag !== null || worker !== null || namespaces !== null
  const items: QueuedTask[] = []
  let { after } = request
  for (const size of isChoosy ? LOOKS : [limit]) {
    const keys = await taskKeys(database, { states, queues, newestFirst, after, limit: size + 1 })
    const page = keys.slice(0, size)
    for (const some of chunks(await chosen(database, request, page), limit)) {
      const found = await readTaskPage(database, some.map(([, id]) => id))
      for (const key of some) {
        const row = found.get(key[1])
        if (row !== undefined && isWanted(request, row)) items.push(view(row))
        if (items.length === limit) return { items, last: key === keys.at(-1) ? null : key }
      }
    }
    if (keys.length <= size) return { items, last: null }
    after = page.at(-1) ?? null
  }
  return { items, last: after }
}

/** Leaves out in the database what is not wanted: to send and to parse whole rows takes longer than to look at them. */
async function chosen(database: Database, { worker, dag, namespaces }: TaskListRequest, page: readonly TaskKey[]): Promise<readonly TaskKey[]> {
  if (worker === null && dag === null && namespaces === null) return page
  const ids = page.map(([, id]) => id)
  const attempted = worker === null ? ids : await attemptedBy(database, ids, worker)
  const wanted = new Set(dag === null && namespaces === null ? attempted : await ofDags(database, attempted, dag, namespaces))
  return page.filter(([, id]) => wanted.has(id))
}

/** Its newest attempt may be another worker's, and the database may take letters for the same that are not. */
const isWanted = ({ worker, dag, namespaces }: TaskListRequest, row: TaskPageRow): boolean =>
  (dag === null || row.dag_id === dag) && (worker === null || row.worker_id === worker || row.worker_name === worker) && (namespaces === null || namespaces.includes(namespaceOf(row.dag_id)))

const view = (row: TaskPageRow): QueuedTask => ({
  dag: row.dag_id, run: row.run_id, task: row.task_id, mapIndex: row.map_index, state: row.state, reason: row.reason, queue: row.queue, try: row.try_number, fence: row.fence,
  worker: row.worker_name, workerId: row.worker_id, exitCode: row.exit_code, runnableAt: iso(row.scheduled_at), startedAt: iso(row.started_at), endedAt: iso(row.ended_at),
  durationMs: row.started_at === null || row.ended_at === null ? null : Math.max(0, row.ended_at - row.started_at),
})
