import { setTimeout as delay } from 'node:timers/promises'
import type { LogFrame } from '../../shared/broker/live-log.js'
import { LongshoreError } from '../../shared/errors.js'
import { AttemptState } from '../../shared/states/attempt.js'
import { isTerminal } from '../../shared/states/task-instance.js'
import type { AttemptView } from '../../shared/views/run-view.js'
import { patiently } from '../patiently.js'
import type { Adhoc, StartedAdhoc } from '../ports/adhoc.js'
import type { TaskStatus } from '../ports/tasks.js'
import { endingOf, type Ending } from './ending.js'
import { Patience } from './patience.js'

export interface AdhocWatch {
  readonly port: Adhoc
  readonly started: StartedAdhoc
  /** Shows what the task prints; what comes next waits for it. */
  readonly show: (frames: readonly LogFrame[]) => Promise<void>
  readonly say: (text: string) => void
}

/** Shows what an ad-hoc task prints, until it has ended. A worker that is lost means another attempt, which is shown too. */
export async function watchAdhoc({ port, started, show, say }: AdhocWatch): Promise<Ending> {
  const { dag, run, task } = started
  const patience = new Patience(() => port.tasks.why(dag, run, task), text => say(`waiting: ${text}`))
  let shownFence = 0
  for (;;) {
    const instance = await patiently(() => look(port, started))
    const next = instance?.attempts.find(attempt => attempt.fence > shownFence && hasBegun(attempt))
    if (next !== undefined) {
      if (shownFence > 0) say(`attempt ${next.attempt} begins anew: ${instance?.reason ?? 'the one before was lost'}`)
      shownFence = next.fence
      const log = await patiently(() => port.tasks.log(dag, run, task, next.fence))
      for await (const frames of log.further()) await show(frames)
      continue
    }
    if (instance !== null && isTerminal(instance.state)) return endingOf(instance.state, instance.reason, instance.attempts.at(-1))
    if (instance === null) {
      const { state, reason, isOver } = await patiently(() => port.runs.status(dag, run))
      if (isOver) return endingOf(state, reason, undefined)
    }
    await patiently(() => patience.look())
    await delay(port.lookEveryMs)
  }
}

/** Null until a scheduler has started its run. */
async function look({ tasks }: Adhoc, { dag, run, task }: StartedAdhoc): Promise<TaskStatus | null> {
  try {
    return await tasks.status(dag, run, task)
  } catch (error) {
    if (error instanceof LongshoreError && error.code === 'LS_TASK_NOT_FOUND') return null
    throw error
  }
}

/** Until its container runs there is nothing to read, and a reason to tell. */
const hasBegun = ({ state, container }: AttemptView): boolean => state === AttemptState.running || (state !== AttemptState.queued && state !== AttemptState.starting && container !== null)
