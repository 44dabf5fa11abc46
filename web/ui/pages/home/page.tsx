import { useLive } from '../../api/live.js'
import { Page } from '../../shell/page.js'
import { Attention } from './attention.js'
import { DueNext } from './due.js'
import { Figures } from './figures.js'
import { QueueShapes } from './queue-shapes.js'
import { RunsOf } from './runs.js'

/** What somebody who is woken at night looks at first: what needs them, what failed, what runs, what waits, what comes. */
export function HomePage() {
  useLive('dags', [['runs', 'newest'], ['dags', 'due'], ['import-errors']])
  useLive('queues', [['queues']])
  useLive('workers', [['workers']])
  return (
    <Page crumbs={[{ text: 'Overview' }]}>
      <header><h1>Overview</h1></header>
      <Attention />
      <Figures />
      <div className="home">
        <RunsOf state="failed" title="Failed in the last 24 hours" empty="No run has failed." />
        <RunsOf state="running" title="Running now" empty="No run is under way." />
        <DueNext />
        <QueueShapes />
      </div>
    </Page>
  )
}
