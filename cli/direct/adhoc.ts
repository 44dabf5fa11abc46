import { submitAdhoc } from '../../shared/operations/adhoc.js'
import type { AdhocTask } from '../../shared/operations/adhoc-spec.js'
import type { Adhoc, StartedAdhoc } from '../ports/adhoc.js'
import type { Direct } from './direct.js'
import { DirectRuns } from './runs.js'
import { DirectTasks } from './tasks.js'

export class DirectAdhoc implements Adhoc {
  readonly runs: DirectRuns
  readonly tasks: DirectTasks
  readonly lookEveryMs = 100

  constructor(private readonly direct: Direct) {
    this.runs = new DirectRuns(direct)
    this.tasks = new DirectTasks(direct)
  }

  start(task: AdhocTask): Promise<StartedAdhoc> {
    const { config, database, user } = this.direct
    const { name, queue, image, command } = task
    return this.direct.operate({ action: 'adhoc.run', target: { name, queue, image, program: command[0] ?? null } }, () => submitAdhoc(database, config, task, user))
  }
}
