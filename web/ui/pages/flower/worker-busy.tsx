import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkerDetails } from '../../api/flower.js'
import { useMay } from '../../api/may.js'
import { Table } from '../../kit/list.js'
import { StateLabel } from '../../kit/state.js'
import { Duration } from '../../kit/time.js'
import { ActDialog } from '../acts/act-dialog.js'
import { mappedName } from '../run/task-table.js'

type BusyAttempt = WorkerDetails['attempts'][number]

/** The attempts that a worker has, each of which can be cancelled. */
export function Busy({ attempts }: { readonly attempts: readonly BusyAttempt[] }) {
  const [cancelled, cancel] = useState<BusyAttempt | null>(null)
  const may = useMay()
  return (
    <section className="section">
      <h2>Busy with <span className="faint number">{attempts.length}</span></h2>
      {attempts.length === 0 ? <p className="dim">{may.everywhere('viewer') ? 'Nothing runs on it.' : 'Nothing that you may see.'}</p> : (
        <Table label="What it is busy with" columns={['State', 'Task', 'DAG', 'Run', 'Queue', { name: 'Since', className: 'right' }, { name: 'Actions', hidden: true, className: 'tight' }]}>{attempts.map(attempt => {
          const { dag, run, task, mapIndex, fence, state, queue, claimedAt, startedAt } = attempt
          return (
            <tr key={`${dag} ${run} ${task} ${mapIndex} ${fence}`}>
              <td className="tight" data-label="State"><StateLabel state={state} /></td>
              <td className="name main"><Link to="/dags/$dag/runs/$run/tasks/$task" params={{ dag, run, task }} search={mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }}>{mappedName(task, mapIndex)}</Link></td>
              <td data-label="DAG"><Link to="/dags/$dag" params={{ dag }}>{dag}</Link></td><td data-label="Run" className="dim">{run}</td><td data-label="Queue" className="dim">{queue}</td><td data-label="Since" className="right"><Duration from={startedAt ?? claimedAt} to={null} /></td>
              <td className="tight">{may.inDag('operator', dag) && <button type="button" className="button danger" aria-label={`Cancel ${mappedName(task, mapIndex)} of ${run}`} onClick={() => cancel(attempt)}>Cancel</button>}</td>
            </tr>
          )
        })}</Table>
      )}
      {cancelled !== null && <ActDialog act="cancel" dag={cancelled.dag} title={mappedName(cancelled.task, cancelled.mapIndex)} selection={{ runs: [cancelled.run], tasks: [cancelled.task], ...(cancelled.mapIndex >= 0 && { mapIndex: cancelled.mapIndex }) }} onClose={() => cancel(null)} />}
    </section>
  )
}
