import type { Attempt } from '../../api/runs.js'
import { StateIcon } from '../../kit/state.js'
import { durationText } from '../../kit/time.js'

const LOOK: Readonly<Record<string, string>> = { success: 'success', failed: 'failed', skipped: 'skipped', cancelled: 'cancelled', running: 'running', starting: 'starting', queued: 'queued', lost: 'upstream_failed', released: 'up_for_reschedule' }

/** The state of tasks that an attempt's looks like. */
export const lookOfAttempt = (state: string): string => LOOK[state] ?? 'none'

export function AttemptPicker({ attempts, chosen, onChoose }: { readonly attempts: readonly Attempt[]; readonly chosen: number; readonly onChoose: (fence: number) => void }) {
  return (
    <div className="attempts" role="group" aria-label="Attempts">
      {attempts.map(({ fence, try: number, state, startedAt, finishedAt, exitCode, reason }) => (
        <button key={fence} type="button" aria-pressed={fence === chosen} title={reason ?? state} onClick={() => onChoose(fence)}>
          <StateIcon state={lookOfAttempt(state)} />
          <span>Try {number}</span>
          <span className="faint number">{startedAt !== null && finishedAt !== null ? durationText(Date.parse(finishedAt) - Date.parse(startedAt)) : state}{exitCode !== null && exitCode !== 0 && ` · exit ${exitCode}`}</span>
        </button>
      ))}
    </div>
  )
}
