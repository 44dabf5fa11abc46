import type { AttemptView } from '../../shared/views/run-view.js'
import type { Why } from '../../shared/why/why.js'
import type { AttemptLog, Tasks, TaskStatus } from '../ports/tasks.js'
import { bodyOf, type Api } from './api.js'
import { RemoteLog } from './log.js'

export interface InstancePath {
  readonly dag: string
  readonly run: string
  readonly task: string
  /** -1 for a task that is not mapped. */
  readonly mapIndex: number
}

export class RemoteTasks implements Tasks {
  constructor(private readonly api: Api) {}

  why(dag: string, run: string, task: string): Promise<Why> {
    const { mapIndex, ...path } = pathOf(dag, run, task)
    return bodyOf(this.api.GET('/api/v1/dags/{dag}/runs/{run}/tasks/{task}/why', { params: { path, query: { mapIndex } } })) as Promise<Why>
  }

  status(dag: string, run: string, task: string): Promise<TaskStatus> {
    return readTask(this.api, pathOf(dag, run, task))
  }

  log(dag: string, run: string, task: string, fence: number): Promise<AttemptLog> {
    return Promise.resolve(new RemoteLog(this.api, { ...pathOf(dag, run, task), fence }))
  }
}

/** A task instance with its newest hundred attempts. */
export async function readTask(api: Api, { mapIndex, ...path }: InstancePath): Promise<TaskStatus> {
  const { task, state, reason, attempts } = await bodyOf(api.GET('/api/v1/dags/{dag}/runs/{run}/tasks/{task}', { params: { path, query: { mapIndex } } }))
  return { task, state, reason, attempts: attempts.map(({ timeline: _, ...attempt }): AttemptView => attempt) }
}

/** `task`, or `task[3]`. */
function pathOf(dag: string, run: string, name: string): InstancePath {
  const [, task = name, index = '-1'] = /^(.+?)(?:\[(\d+)\])?$/.exec(name) ?? []
  return { dag, run, task, mapIndex: Number(index) }
}
