import { z } from 'zod'
import type { Api, WebContext } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { filtered, readable } from '../http/route-access.js'
import { LISTED_STATES, readTaskList } from '../reads/task-list.js'
import { QueuedTask } from '../schemas/queued-task.js'

const TasksQuery = PageQuery.extend({
  state: z.string().max(200).transform(text => [...new Set(text.split(','))]).pipe(z.array(z.enum(LISTED_STATES))).optional().describe('States, with commas between.'),
  queue: z.string().max(63).optional(),
  worker: z.string().max(200).optional().describe('Name or id of the worker of its newest attempt.'),
  dag: z.string().max(200).optional(),
  sort: z.enum(['newest', 'oldest']).default('newest').describe('By the time at which it could run.'),
})

export function taskRoutes(api: Api, { database }: WebContext): void {
  api.get('/tasks', {
    config: { access: filtered() },
    schema: {
      summary: 'Task instances of all DAGs that have waited for a slot', tags: ['Tasks'], querystring: TasksQuery, response: { 200: pageOf(QueuedTask) },
      description: 'Filters by DAG and worker look at 2,000 instances for each page: a page may be short, or empty, while `next` leads on.',
    },
  }, async request => {
    const { cursor, limit, state, queue = null, worker = null, dag = null, sort } = request.query
    const after = fromCursor(cursor, z.tuple([z.number(), z.int()]))
    const { items, last } = await readTaskList(database, { states: state ?? LISTED_STATES, queue, worker, dag, namespaces: readable(request), newestFirst: sort === 'newest', after, limit })
    return { items, next: last === null ? null : toCursor(last) }
  })
}
