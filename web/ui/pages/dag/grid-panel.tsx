import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import { ask } from '../../api/ask.js'
import { useLive } from '../../api/live.js'
import { useMay } from '../../api/may.js'
import { runKey, taskKey, taskPath, useTasksOf, type Task } from '../../api/runs.js'
import { Icon } from '../../kit/icon.js'
import { RunLink } from '../../kit/run-link.js'
import { StateIcon, StateLabel } from '../../kit/state.js'
import { Duration, Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { ActDialog, type Act } from '../acts/act-dialog.js'
import { mappedName } from '../run/task-table.js'
import { lookOfAttempt } from '../task/attempt-look.js'
import { hasEnded } from '../task/ended.js'
import { WhyAnswer } from '../task/why-view.js'
import type { ChosenCell } from './grid-table.js'

interface Panel {
  readonly dag: string
  readonly cell: ChosenCell
  /** Whether the task has several instances; one of them is chosen by `mapIndex`. */
  readonly mapped: boolean
  readonly mapIndex: string | null
  readonly onInstance: (mapIndex: string | undefined) => void
  readonly onClose: () => void
}

/** One task in one run, beside the grid: how it is, how often it was tried, why it waits, and the way to everything else. */
export function GridPanel({ dag, cell: { run, task }, mapped, mapIndex, onInstance, onClose }: Panel) {
  useLive(`run:${dag}/${run}`, [runKey(dag, run)])
  const onKey = (event: KeyboardEvent) => { if (event.key === 'Escape' && !event.defaultPrevented && document.querySelector('dialog[open]') === null) onClose() }
  const ofInstances = mapped && mapIndex === null
  return (
    <section className="card panel" aria-label={`${task} in ${run}`} onKeyDown={onKey}>
      <header>
        <h2 className="ellipsis" title={task}>{mappedName(task, mapIndex === null ? -1 : Number(mapIndex))}</h2>
        {mapped && mapIndex !== null && <button type="button" className="button quiet" onClick={() => onInstance(undefined)}>All instances</button>}
        <button type="button" className="button quiet icon" aria-label="Close the details" onClick={onClose}><Icon name="close" /></button>
      </header>
      {ofInstances ? <Instances dag={dag} run={run} task={task} onInstance={onInstance} /> : <Instance dag={dag} run={run} task={task} mapIndex={mapIndex === null ? -1 : Number(mapIndex)} />}
    </section>
  )
}

function Instances({ dag, run, task, onInstance }: { readonly dag: string; readonly run: string; readonly task: string; readonly onInstance: (mapIndex: string) => void }) {
  const query = useTasksOf(dag, run, { task })
  return (
    <div className="body">
      <Loaded query={query} rows={3}>{({ pages }) => (
        <ul className="instances">{pages.flatMap(({ items }) => items).map(({ mapIndex, state, tries, startedAt, endedAt, reason }) => (
          <li key={mapIndex}><button type="button" title={reason ?? undefined} onClick={() => onInstance(String(mapIndex))}><span className="number">{mapIndex < 0 ? 'not expanded' : `[${mapIndex}]`}</span><StateLabel state={state} /><span className="faint">{tries > 1 && `${tries} tries`}</span><Duration from={startedAt} to={endedAt} /></button></li>
        ))}</ul>
      )}</Loaded>
      {query.hasNextPage && <div className="more"><button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>More</button></div>}
    </div>
  )
}

function Instance({ dag, run, task, mapIndex }: { readonly dag: string; readonly run: string; readonly task: string; readonly mapIndex: number }) {
  const query = useQuery({ queryKey: taskKey(dag, run, task, mapIndex), queryFn: ({ signal }) => ask<Task>('GET', taskPath(dag, run, task), { signal, query: { mapIndex: mapIndex < 0 ? null : mapIndex } }) })
  const [act, setAct] = useState<Act | null>(null)
  const mayOperate = useMay().inDag('operator', dag)
  const place = { to: '/dags/$dag/runs/$run/tasks/$task', params: { dag, run, task } } as const
  const instance = mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }
  return (
    <div className="body">
      <Loaded query={query} rows={4}>{found => (
        <>
          <div className="toolbar">
            <StateLabel state={found.state} />{found.wanted !== null && <span className="dim">wanted: {found.wanted}</span>}
            {mayOperate && <span className="toolbar end">
              <button type="button" className="button" onClick={() => setAct('clear')}>Clear</button>
              <button type="button" className="button" onClick={() => setAct('mark')}>Mark</button>
              {!hasEnded(found.state) && <button type="button" className="button danger" onClick={() => setAct('cancel')}>Cancel</button>}
            </span>}
          </div>
          <nav className="toolbar" aria-label="What is known of it">
            {found.attempts.length > 0 && <Link {...place} search={instance} className="button primary">Log</Link>}
            <Link {...place} search={{ ...instance, tab: 'details' }} className="button">Details</Link>
            <Link {...place} search={{ ...instance, tab: 'why' }} className="button">Why</Link>
            <Link {...place} search={{ ...instance, tab: 'rendered' }} className="button">Rendered</Link>
            {found.hasResult && <Link {...place} search={{ ...instance, tab: 'result' }} className="button">Result</Link>}
          </nav>
          {found.state !== 'success' && <WhyAnswer path={taskPath(dag, run, task)} mapIndex={mapIndex} state={found.state} />}
          <dl className="facts">
            <dt>Run</dt><dd><RunLink dag={dag} run={run} logicalDate={null} /></dd>
            <dt>Queue</dt><dd>{found.queue}</dd>
            <dt>Started</dt><dd><Time at={found.startedAt} /></dd>
            <dt>Took</dt><dd><Duration from={found.startedAt} to={found.endedAt} /></dd>
            {found.dueAt !== null && <><dt>Next look</dt><dd><Time at={found.dueAt} relative /></dd></>}
          </dl>
          {found.attempts.length > 0 && (
            <section>
              <h3>Tries</h3>
              <ol className="tries">{[...found.attempts].reverse().map(attempt => {
                const { state, text } = lookOfAttempt(attempt)
                return (
                  <li key={attempt.fence}><Link {...place} search={{ ...instance, attempt: String(attempt.fence) }} title={attempt.reason ?? undefined}>
                    <span>Try {attempt.try}</span><span className="badge"><StateIcon state={state} />{text}</span><span className="faint ellipsis">{attempt.worker}</span><Duration from={attempt.startedAt} to={attempt.finishedAt} />
                  </Link></li>
                )
              })}</ol>
            </section>
          )}
          {act !== null && <ActDialog act={act} dag={dag} title={mappedName(task, mapIndex)} selection={{ runs: [run], tasks: [task], ...(mapIndex >= 0 && { mapIndex }) }} onClose={() => setAct(null)} />}
        </>
      )}</Loaded>
    </div>
  )
}
