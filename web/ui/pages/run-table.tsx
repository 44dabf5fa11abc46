import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RunItem, useRuns } from '../api/runs.js'
import { List } from '../kit/list.js'
import { RunLink } from '../kit/run-link.js'
import { StateLabel } from '../kit/state.js'
import { Duration, Time } from '../kit/time.js'

/** Runs, newest first; of one DAG or of all. */
export function RunTable({ query, ofDag = false, empty }: { readonly query: ReturnType<typeof useRuns>; readonly ofDag?: boolean; readonly empty: ReactNode }) {
  return (
    <List<RunItem>
      query={query} label="Runs" empty={empty} columns={['State', ...(ofDag ? [] : ['DAG']), 'Run', 'Type', 'Started', { name: 'Took', className: 'right' }]}
      row={({ dag, run, state, type, logicalDate, startedAt, endedAt, reason }) => (
        <tr key={`${dag} ${run}`}>
          <td className="tight" data-label="State"><StateLabel state={state} /></td>
          {!ofDag && <td className="name" data-label="DAG"><Link to="/dags/$dag" params={{ dag }} className="ellipsis">{dag}</Link></td>}
          <td className="name"><RunLink dag={dag} run={run} logicalDate={logicalDate} reason={reason} /></td>
          <td data-label="Type" className="dim">{type}</td>
          <td data-label="Started"><Time at={startedAt} /></td>
          <td data-label="Took" className="right"><Duration from={startedAt} to={endedAt} /></td>
        </tr>
      )}
    />
  )
}
