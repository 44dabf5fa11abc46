import { z } from 'zod'
import { resultOf } from '../../shared/database/tables/instance-pages.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { why } from '../../shared/why/why.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { Problem } from '../http/problem.js'
import { inDag, readable } from '../http/route-access.js'
import { namespaceOf, Role } from '../identity/access.js'
import { readRendered } from '../reads/rendered.js'
import { readGantt, readTask, readTaskPage } from '../reads/task-details.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { InstanceQuery, RunPath, several, TaskPath } from '../schemas/paths.js'
import { GanttBar, Rendered, Task, TaskItem, WhyAnswer } from '../schemas/task-instance.js'

const NameCursor = z.tuple([z.string(), z.int()])
const TaskQuery = PageQuery.extend({ state: several(z.enum(TaskState)).describe('May be repeated.'), task: z.string().max(200).optional() })
const GanttQuery = PageQuery.extend({ limit: z.coerce.number().int().min(1).max(500).default(500) })
const read = { config: { access: inDag(Role.viewer) } }

export function taskInstanceRoutes(api: Api, { config, database, finder }: WorkflowContext): void {
  api.get('/dags/:dag/runs/:run/tasks', {
    ...read, schema: { summary: 'Task instances of a run, by name', tags: ['Tasks'], params: RunPath, querystring: TaskQuery, response: { 200: pageOf(TaskItem) } },
  }, async ({ params, query: { state, task, limit, cursor } }) => {
    const filter = { states: [...new Set(state)], task: task ?? null, limit }
    const { items, last } = await readTaskPage(database, await finder.run(params.dag, params.run), filter, fromCursor(cursor, NameCursor))
    return { items: [...items], next: last === null ? null : toCursor(last) }
  })

  api.get('/dags/:dag/runs/:run/gantt', {
    ...read, schema: { summary: 'Task instances of a run as bars over time', tags: ['Tasks'], params: RunPath, querystring: GanttQuery, response: { 200: pageOf(GanttBar) } },
  }, async ({ params, query: { limit, cursor } }) => {
    const { items, last } = await readGantt(database, await finder.run(params.dag, params.run), limit, fromCursor(cursor, NameCursor))
    return { items: [...items], next: last === null ? null : toCursor(last) }
  })

  api.get('/dags/:dag/runs/:run/tasks/:task', {
    ...read, schema: { summary: 'A task instance with its attempts', tags: ['Tasks'], params: TaskPath, querystring: InstanceQuery, response: { 200: Task } },
  }, async ({ params, query }) => readTask(database, await finder.instance({ ...params, ...query })))

  api.get('/dags/:dag/runs/:run/tasks/:task/why', {
    ...read, schema: { summary: 'Why a task instance is in its state, and what it waits for', tags: ['Tasks'], params: TaskPath, querystring: InstanceQuery, response: { 200: WhyAnswer } },
  }, async request => {
    const { dag, run, task } = request.params
    const { mapIndex } = request.query
    const namespaces = readable(request)
    return why(database, config, dag, run, mapIndex < 0 ? task : `${task}[${mapIndex}]`, {
      sees: other => namespaces === null || namespaces.includes(namespaceOf(other)), read: key => finder.versions.get(key),
    })
  })

  api.get('/dags/:dag/runs/:run/tasks/:task/rendered', {
    ...read, schema: { summary: 'What is run, with templates filled in', tags: ['Tasks'], params: TaskPath, querystring: InstanceQuery, response: { 200: Rendered } },
  }, async ({ params, query }) => readRendered(database, config, await finder.instance({ ...params, ...query })))

  api.get('/dags/:dag/runs/:run/tasks/:task/result', {
    ...read, schema: { summary: 'The result of a task instance', tags: ['Tasks'], params: TaskPath, querystring: InstanceQuery, response: { 200: z.object({ result: z.unknown() }) } },
  }, async ({ params, query }) => {
    const { instance } = await finder.instance({ ...params, ...query })
    const text = await resultOf(database, instance.ti_id)
    if (text === null) throw new Problem('LS_RESULT_NOT_FOUND', `task '${instance.task_id}' is ${instance.state} and has no result`)
    return { result: JSON.parse(text) as unknown }
  })
}
