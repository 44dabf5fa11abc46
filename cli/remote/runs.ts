import type { DagSpec } from '../../shared/dag/model.js'
import type { Performed } from '../../shared/operations/perform.js'
import { EVERY_TASK, type TaskChoice } from '../../shared/operations/selection.js'
import type { Triggered, TriggerRequest } from '../../shared/operations/trigger-run.js'
import type { RunItemView } from '../../shared/views/run-item.js'
import type { AttemptView, RunView } from '../../shared/views/run-view.js'
import type { RunFilter, Runs, RunStatus, WantedCancel, WantedClear, WantedMark, WantedRuns } from '../ports/runs.js'
import { readSince } from '../read-since.js'
import { bodyOf, itemsOf, type Api } from './api.js'
import { runView } from './run-view.js'
import { readTask } from './tasks.js'

export class RemoteRuns implements Runs {
  constructor(private readonly api: Api) {}

  list({ dag, states, since, limit }: RunFilter): Promise<readonly RunItemView[]> {
    const filter = { state: [...states], ...(dag !== null && { dag }), ...(since !== null && { due: new Date(readSince(since, Date.now())).toISOString() }) }
    return itemsOf(query => bodyOf(this.api.GET('/api/v1/runs', { params: { query: { ...query, ...filter } } })), limit)
  }

  async show(dag: string, run: string): Promise<RunView> {
    const path = { dag, run }
    const found = await bodyOf(this.api.GET('/api/v1/dags/{dag}/runs/{run}', { params: { path } }))
    const { spec } = await bodyOf(this.api.GET('/api/v1/dags/{dag}/versions/{number}', { params: { path: { dag, number: found.version } } }))
    const items = await itemsOf(query => bodyOf(this.api.GET('/api/v1/dags/{dag}/runs/{run}/tasks', { params: { path, query: { ...query, state: [] } } })))
    const attempts = new Map<(typeof items)[number], readonly AttemptView[]>()
    for (const item of items) {
      const newest = item.attempt
      // With its items the API tells the newest attempt of each; few have more.
      attempts.set(item, newest === null ? [] : newest.fence <= 1 ? [newest] : (await readTask(this.api, { ...path, task: item.task, mapIndex: item.mapIndex })).attempts)
    }
    return runView(found, spec as unknown as DagSpec, items, item => attempts.get(item) ?? [])
  }

  async status(dag: string, name: string): Promise<RunStatus> {
    const { state, reason, endedAt } = await bodyOf(this.api.GET('/api/v1/dags/{dag}/runs/{run}', { params: { path: { dag, run: name } } }))
    return { state, reason, isOver: endedAt !== null }
  }

  trigger({ dag, params, run, logicalDate = null }: Omit<TriggerRequest, 'by'>): Promise<Triggered> {
    return bodyOf(this.api.POST('/api/v1/dags/{dag}/runs', { params: { path: { dag } }, body: { params: { ...params }, run, logicalDate } }))
  }

  clear({ dag, runs, tasks, latest, force, dryRun }: WantedClear): Promise<Performed> {
    const body = { ...rangeOf(runs), ...tasksOf(tasks), failed: tasks.failed, latest, force, dryRun }
    return performed(bodyOf(this.api.POST('/api/v1/dags/{dag}/clear', { params: { path: { dag } }, body })))
  }

  mark({ dag, runs, tasks, state, force, dryRun }: WantedMark): Promise<Performed> {
    return performed(bodyOf(this.api.POST('/api/v1/dags/{dag}/mark', { params: { path: { dag } }, body: { ...rangeOf(runs), ...tasksOf(tasks), state, force, dryRun } })))
  }

  cancel({ dag, runs, tasks, dryRun }: WantedCancel): Promise<Performed> {
    return performed(bodyOf(this.api.POST('/api/v1/dags/{dag}/cancel', { params: { path: { dag } }, body: { ...rangeOf(runs), ...tasksOf(tasks ?? EVERY_TASK), unfinished: runs.kind === 'unfinished', dryRun } })))
  }
}

function rangeOf(wanted: WantedRuns) {
  switch (wanted.kind) {
    case 'named': return { runs: [...wanted.runs] }
    case 'dates': return { runs: [], from: wanted.from, to: wanted.to }
    case 'unfinished': return { runs: [] }
  }
}

const tasksOf = ({ tasks, upstream, downstream, mapIndex }: TaskChoice) => ({ tasks: [...tasks], upstream, downstream, mapIndex })

/** The description of the API leaves open which effects there are. */
async function performed(answer: Promise<unknown>): Promise<Performed> {
  const { dag, runs, tasks } = await answer as Performed
  return { dag, runs, tasks }
}
