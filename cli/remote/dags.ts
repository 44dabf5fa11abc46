import type { DagProblem, DagSpec } from '../../shared/dag/model.js'
import type { DagView } from '../../shared/views/dag-view.js'
import type { DagListItem } from '../../shared/views/read-dags.js'
import type { SpreadView } from '../../shared/views/spread-view.js'
import type { Dags, DueRuns } from '../ports/dags.js'
import { bodyOf, itemsOf, type Api } from './api.js'

export class RemoteDags implements Dags {
  constructor(private readonly api: Api) {}

  async list(own: boolean): Promise<readonly DagListItem[]> {
    const dags = await itemsOf(query => bodyOf(this.api.GET('/api/v1/dags', { params: { query: { ...query, own: String(own), runs: 1 } } })))
    return dags.map(({ dag, file, schedule, timezone, paused, owner, tags, nextRun, runs: [last] }) => ({
      dag, file, schedule, timezone, paused, owner, tags, nextRun, lastRun: last === undefined ? null : { run: last.run, state: last.state },
    }))
  }

  problems(): Promise<readonly DagProblem[]> {
    return itemsOf<DagProblem>(query => bodyOf(this.api.GET('/api/v1/import-errors', { params: { query } })) as Promise<{ items: DagProblem[]; next: string | null }>)
  }

  async show(dag: string): Promise<DagView> {
    const { version, file, active, paused, schedule, nextRun } = await bodyOf(this.api.GET('/api/v1/dags/{dag}', { params: { path: { dag } } }))
    const { hash, spec } = await bodyOf(this.api.GET('/api/v1/dags/{dag}/versions/{number}', { params: { path: { dag, number: version } } }))
    return { dag, version, hash, file, active, paused, schedule, nextRun, spec: spec as unknown as DagSpec }
  }

  async next(dag: string, count: number): Promise<DueRuns> {
    const view = await this.show(dag)
    const { at, items } = await bodyOf(this.api.GET('/api/v1/dags/{dag}/schedule', { params: { path: { dag }, query: { count } } }))
    return { dag: view, at, runs: items }
  }

  spread(pattern: string | null): Promise<SpreadView> {
    return bodyOf(this.api.GET('/api/v1/spread', { params: { query: pattern === null ? {} : { dags: pattern } } }))
  }

  async setPaused(dag: string, paused: boolean): Promise<boolean> {
    return (await bodyOf(this.api.PATCH('/api/v1/dags/{dag}', { params: { path: { dag } }, body: { paused } }))).changed
  }
}
