import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import { findAttempt } from '../../shared/database/tables/instance-pages.js'
import { LongshoreError } from '../../shared/errors.js'
import { followAttempt } from '../../shared/log-reading/follow-attempt.js'
import { StoredLog } from '../../shared/log-reading/stored-log.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import { findTask, mustFindTask } from '../../shared/operations/find-task.js'
import { AttemptState } from '../../shared/states/attempt.js'
import { viewAttempt } from '../../shared/views/run-view.js'
import { why, type Why } from '../../shared/why/why.js'
import type { AttemptLog, Tasks, TaskStatus } from '../ports/tasks.js'
import type { Direct } from './direct.js'

export class DirectTasks implements Tasks {
  constructor(private readonly direct: Direct) {}

  why(dag: string, run: string, task: string): Promise<Why> {
    return why(this.direct.database, this.direct.config, dag, run, task)
  }

  async status(dag: string, run: string, task: string): Promise<TaskStatus> {
    const { instance, attempts } = await findTask(this.direct.database, dag, run, task) ?? await mustFindTask(this.direct.database, dag, run, task)
    return { task: instance.task_id, state: instance.state, reason: instance.reason, attempts: attempts.map(viewAttempt) }
  }

  async log(dag: string, run: string, task: string, fence: number): Promise<AttemptLog> {
    const { config } = this.direct
    const attempt = (await mustFindTask(this.direct.database, dag, run, task)).attempts.find(one => one.fence === fence)
    if (attempt === undefined) throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${task}' has no attempt ${fence}`)
    const stored = new StoredLog(openLogStore(config.logStore), attempt.log_path)
    return {
      soFar: () => stored.read(),
      further: () => followAttempt(config, attempt, stored, () => this.#stateOf(attempt)),
      get isThere() { return stored.exists },
      place: `${attempt.log_path} in the log store ${config.logStore}`,
    }
  }

  async #stateOf({ ti_id, fence }: AttemptRow): Promise<AttemptState> {
    return (await findAttempt(this.direct.database, ti_id, fence))?.state ?? AttemptState.finished
  }
}
