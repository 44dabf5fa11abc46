import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { oldestIn, takenIn, useQueues, useWorkers, waitingIn } from '../../api/flower.js'
import { Duration } from '../../kit/time.js'
import { useNewestRuns } from './newest-runs.js'

/** How much of everything there is at this moment; each figure leads to what it counts. */
export function Figures() {
  const failed = useNewestRuns('failed').data
  const running = useNewestRuns('running').data
  const queues = useQueues().data?.items
  const workers = useWorkers().data?.items
  const online = workers?.filter(({ status }) => status === 'online')
  const oldest = queues?.flatMap(queue => { const at = oldestIn(queue); return at === null ? [] : [{ queue: queue.queue, at }] }).sort((a, b) => Date.parse(a.at) - Date.parse(b.at))[0]
  const sum = <T,>(items: readonly T[] | undefined, value: (item: T) => number): number | undefined => items?.reduce((total, item) => total + value(item), 0)
  return (
    <ul className="figures" aria-label="Figures">
      <Figure title="Runs failed" value={failed?.count} isBad={(failed?.items.length ?? 0) > 0} link={{ to: '/runs', search: { state: 'failed' } }}>in 24 hours</Figure>
      <Figure title="Runs under way" value={running?.count} link={{ to: '/runs', search: { state: 'running' } }}>{tasksText(sum(queues, takenIn))}</Figure>
      <Figure title="Tasks waiting" value={sum(queues, waitingIn)} link={{ to: '/tasks', search: { state: 'waiting', sort: 'oldest' } }}>in all queues</Figure>
      <Figure title="Oldest waits" value={oldest === undefined ? (queues === undefined ? undefined : '–') : <Duration from={oldest.at} to={null} />} link={oldest === undefined ? { to: '/queues' } : { to: '/tasks', search: { queue: oldest.queue, state: 'waiting', sort: 'oldest' } }}>{oldest === undefined ? 'nothing waits' : `in ${oldest.queue}`}</Figure>
      <Figure title="Workers online" value={online?.length} isBad={online?.length === 0} link={{ to: '/workers' }}>{sum(online, ({ active }) => active) ?? '–'} of {sum(online, ({ slots }) => slots) ?? '–'} slots busy</Figure>
    </ul>
  )
}

const tasksText = (count: number | undefined): string => (count === undefined ? '…' : `${count} ${count === 1 ? 'task is' : 'tasks are'} on workers`)

function Figure({ title, value, link, isBad = false, children }: { readonly title: string; readonly value: ReactNode; readonly link: LinkProps; readonly isBad?: boolean; readonly children: ReactNode }) {
  return (
    <li><Link {...link} className={isBad ? 'bad' : ''}>
      <span className="dim">{title}</span>
      <strong className="number">{value ?? '…'}</strong>
      <span className="faint small ellipsis">{children}</span>
    </Link></li>
  )
}
