import { setTimeout as delay } from 'node:timers/promises'
import type { LogFrame } from '../../shared/broker/live-log.js'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { attemptsOfTaskInstance, readAttempts, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { readRuns } from '../../shared/database/tables/dag-runs.js'
import { readByName } from '../../shared/database/tables/task-instances.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import type { SubmittedAdhoc } from '../../shared/operations/adhoc.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import { AttemptState } from '../../shared/states/attempt.js'
import { isTerminal } from '../../shared/states/task-instance.js'
import { why } from '../../shared/why/why.js'
import { followAttempt } from '../../shared/log-reading/follow-attempt.js'
import { StoredLog } from '../../shared/log-reading/stored-log.js'
import { endingOf, type Ending } from './ending.js'
import { Patience } from './patience.js'

export interface AdhocWatch {
  readonly config: Config
  readonly database: Database
  readonly submitted: SubmittedAdhoc
  /** Shows what the task prints; what comes next waits for it. */
  readonly show: (frames: readonly LogFrame[]) => Promise<void>
  readonly say: (text: string) => void
}

const LOOK_MS = 100

/** Shows what an ad-hoc task prints, until it has ended. A worker that is lost means another attempt, which is shown too. */
export async function watchAdhoc({ config, database, submitted, show, say }: AdhocWatch): Promise<Ending> {
  const { dag, run, runKey, task } = submitted
  const patience = new Patience(() => why(database, config, dag, run, task), text => say(`waiting: ${text}`))
  let shownFence = 0
  for (;;) {
    const [instance] = await readByName(database, [[runKey, task]])
    const attempts = instance === undefined ? [] : await attemptsOfTaskInstance(database, instance.ti_id)
    const next = attempts.find(attempt => attempt.fence > shownFence && hasBegun(attempt))
    if (next !== undefined) {
      if (shownFence > 0) say(`attempt ${attemptId({ taskInstance: next.ti_id, fence: next.fence })} begins anew: ${instance?.reason ?? 'the one before was lost'}`)
      shownFence = next.fence
      await follow(config, database, next, show)
      continue
    }
    if (instance !== undefined && isTerminal(instance.state)) return endingOf(instance.state, instance.reason, attempts.at(-1))
    if (instance === undefined) {
      const found = (await readRuns(database, [runKey])).get(runKey)
      if (found !== undefined && found.ended_at !== null) return endingOf(found.state, found.reason, undefined)
    }
    await patience.look()
    await delay(LOOK_MS)
  }
}

/** Until its container runs there is nothing to read, and a reason to tell. */
const hasBegun = ({ state, container }: AttemptRow): boolean => state === AttemptState.running || (state !== AttemptState.queued && state !== AttemptState.starting && container !== null)

async function follow(config: Config, database: Database, attempt: AttemptRow, show: AdhocWatch['show']): Promise<void> {
  const stored = new StoredLog(openLogStore(config.logStore), attempt.log_path)
  const ref = { taskInstance: attempt.ti_id, fence: attempt.fence }
  const state = async (): Promise<AttemptState> => (await readAttempts(database, [ref])).get(attemptId(ref))?.state ?? AttemptState.finished
  for await (const frames of followAttempt(config, attempt, stored, state)) await show(frames)
}
