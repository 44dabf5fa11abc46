import type { UseQueryResult } from '@tanstack/react-query'
import { mappedName } from '../run/task-table.js'
import type { Schema } from '../../api/schema.js'
import { StateLabel } from '../../kit/state.js'
import { Loaded } from '../../kit/waiting.js'

/** More rows help nobody to decide. */
const SHOWN = 500

/** The list of what an act would touch. */
export function Touched({ plan }: { readonly plan: UseQueryResult<Schema<'Performed'>> }) {
  return (
    <Loaded query={plan} rows={4}>{({ tasks, runs }) => (tasks.length === 0
      ? <p className="dim">{runs.length === 0 ? 'Nothing would be touched.' : `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, and no task.`}</p>
      : (
        <div>
          <p style={{ paddingBottom: 8 }}><strong>{tasks.length} {tasks.length === 1 ? 'task' : 'tasks'}</strong> in {runs.length} {runs.length === 1 ? 'run' : 'runs'} will be touched:</p>
          <div className="touched" tabIndex={0} role="region" aria-label="What will be touched">
            <table className="table" aria-label="Tasks that will be touched">
              <thead><tr><th>Task</th><th>Run</th><th>Is now</th><th>Becomes</th></tr></thead>
              <tbody>{tasks.slice(0, SHOWN).map(({ run, task, mapIndex, state, effect, atOnce }) => (
                <tr key={`${run} ${task} ${mapIndex}`}>
                  <td>{mappedName(task, mapIndex)}</td><td className="dim">{run}</td><td><StateLabel state={state} /></td><td>{effect.replaceAll('_', ' ')}{!atOnce && <span className="faint"> when it has stopped</span>}</td>
                </tr>
              ))}</tbody>
            </table>
          </div>
          {tasks.length > SHOWN && <p className="faint small">and {tasks.length - SHOWN} more</p>}
        </div>
      ))}</Loaded>
  )
}
