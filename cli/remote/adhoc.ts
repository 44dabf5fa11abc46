import type { AdhocTask } from '../../shared/operations/adhoc-spec.js'
import type { Adhoc, StartedAdhoc } from '../ports/adhoc.js'
import { bodyOf, type Api } from './api.js'
import { RemoteRuns } from './runs.js'
import { RemoteTasks } from './tasks.js'

export class RemoteAdhoc implements Adhoc {
  readonly runs: RemoteRuns
  readonly tasks: RemoteTasks
  readonly lookEveryMs = 500

  constructor(private readonly api: Api) {
    this.runs = new RemoteRuns(api)
    this.tasks = new RemoteTasks(api)
  }

  start({ command, env, ...task }: AdhocTask): Promise<StartedAdhoc> {
    return bodyOf(this.api.POST('/api/v1/adhoc', { body: { ...task, command: [...command], env: { ...env } } }))
  }
}
