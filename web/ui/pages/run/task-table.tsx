import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { TaskItem, useTasksOf } from '../../api/runs.js'
import { List } from '../../kit/list.js'
import { StateLabel } from '../../kit/state.js'
import { Duration, Time } from '../../kit/time.js'

export const mappedName = (task: string, mapIndex: number): string => (mapIndex < 0 ? task : `${task}[${mapIndex}]`)

export function TaskTable({ dag, run, query, empty }: { readonly dag: string; readonly run: string; readonly query: ReturnType<typeof useTasksOf>; readonly empty: ReactNode }) {
  return (
    <List<TaskItem>
      query={query} label="Tasks" empty={empty} columns={['State', 'Task', 'Queue', { name: 'Tries', className: 'right' }, 'Started', { name: 'Took', className: 'right' }, 'Reason']}
      row={({ task, mapIndex, state, reason, tries, queue, startedAt, endedAt }) => (
        <tr key={`${task} ${mapIndex}`}>
          <td className="tight" data-label="State"><StateLabel state={state} /></td>
          <td className="name"><div className="ellipsis"><Link to="/dags/$dag/runs/$run/tasks/$task" params={{ dag, run, task }} search={mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }} className="main">{mappedName(task, mapIndex)}</Link></div></td>
          <td data-label="Queue" className="dim">{queue}</td>
          <td data-label="Tries" className="right number">{tries === 0 ? <span className="faint">–</span> : tries}</td>
          <td data-label="Started"><Time at={startedAt} /></td>
          <td data-label="Took" className="right"><Duration from={startedAt} to={endedAt} /></td>
          <td className={reason === null ? 'void' : 'name whole'} {...(reason !== null && { 'data-label': 'Reason' })}><div className="ellipsis dim" title={reason ?? undefined}>{reason}</div></td>
        </tr>
      )}
    />
  )
}
