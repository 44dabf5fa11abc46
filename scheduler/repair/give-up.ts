import { Mark } from '../../shared/broker/leases.js'
import type { Database } from '../../shared/database/database.js'
import { recentlyEnded, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import { AttemptState } from '../../shared/states/attempt.js'
import type { Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import type { Marks } from '../consume/marks.js'
import type { Specs } from '../../shared/planning/specs.js'
import { loseAttempts, type Loss, type LostAttempts } from './lose-attempts.js'

/** Gives up attempts and everything that follows: one transaction, then the word to their workers. */
export class GiveUp {
  constructor(
    private readonly database: Database,
    private readonly advance: Advance,
    private readonly specs: Specs,
    private readonly marks: Marks,
    private readonly bus: SchedulerBus,
  ) {}

  async lose(candidates: readonly AttemptRow[], loss: Loss): Promise<LostAttempts['lost']> {
    if (candidates.length === 0) return []
    let lost: LostAttempts['lost'] = []
    await this.advance.transact('lose-attempts', async tx => {
      const result = await loseAttempts(tx, this.specs, candidates, loss)
      lost = result.lost
      return result.change
    })
    await this.marks.settle(lost.map(({ attempt, queue }) => ({ attempt, queue, mark: Mark.fenced })))
    for (const { attempt, queue } of lost) this.bus.emit('attempt-lost', { attempt, queue, why: loss.why })
    return lost
  }

  /** Repeats the word about attempts lost since `since`: whoever lost them may have died between the commit and the mark. */
  async markAgain(queue: string, since: number): Promise<void> {
    const lost = await recentlyEnded(this.database, queue, [AttemptState.lost], since)
    await this.marks.settle(lost.map(({ ti_id, fence }) => ({ queue, attempt: attemptId({ taskInstance: ti_id, fence }), mark: Mark.fenced })))
  }
}
