import type { Attempt } from '../../api/runs.js'
import { StateIcon } from '../../kit/state.js'
import { durationText } from '../../kit/time.js'
import { lookOfAttempt } from './attempt-look.js'

export function AttemptPicker({ attempts, chosen, onChoose }: { readonly attempts: readonly Attempt[]; readonly chosen: number; readonly onChoose: (fence: number) => void }) {
  return (
    <div className="attempts" role="group" aria-label="Attempts">
      {attempts.map(attempt => {
        const { fence, try: number, startedAt, finishedAt, reason } = attempt
        const { state, text } = lookOfAttempt(attempt)
        return (
          <button key={fence} type="button" aria-pressed={fence === chosen} title={reason ?? text} onClick={() => onChoose(fence)}>
            <StateIcon state={state} />
            <span>Try {number}</span>
            <span className="faint number">{[startedAt !== null && finishedAt !== null ? durationText(Date.parse(finishedAt) - Date.parse(startedAt)) : null, text === 'success' ? null : text].filter(part => part !== null).join(' · ')}</span>
          </button>
        )
      })}
    </div>
  )
}
