import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useHealth } from '../../api/health.js'
import { bytesText } from '../../kit/bytes.js'
import { Table } from '../../kit/list.js'
import { StateIcon } from '../../kit/state.js'
import { durationText, Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { RolloutSection } from './rollout.js'

/** Whether everything that work needs is there. */
export function HealthPage() {
  const query = useHealth()
  return (
    <Page crumbs={[{ text: 'Health' }]}>
      <Loaded query={query}>{({ ok, database, broker, schedulers, workers, logStore }) => (
        <>
          <header><h1>Health</h1><span className="badge"><StateIcon state={ok ? 'success' : 'failed'} />{ok ? 'everything is there' : 'something is missing'}</span></header>
          <div className="cards wide">
            <Part title="Database" ok={database.ok} error={database.error}>
              <dt>Server</dt><dd className="mono small">{database.name}</dd><dt>Version</dt><dd>{database.version ?? '–'}</dd><dt>Answers in</dt><dd className="number">{durationText(database.answeredInMs)}</dd>
              <dt>Connections</dt><dd className="number">{database.pool.used} <span className="faint">of {database.pool.max} used, {database.pool.waiting} wait</span></dd>
            </Part>
            <Part title="Broker" ok={broker.ok} error={broker.error}>
              <dt>Server</dt><dd className="mono small">{broker.name}</dd><dt>Version</dt><dd>{broker.version ?? '–'}</dd><dt>Answers in</dt><dd className="number">{durationText(broker.answeredInMs)}</dd>
              <dt>Memory</dt><dd className="number">{bytesText(broker.usedMemory)} <span className="faint">{broker.maxMemory === null ? 'no limit' : `of ${bytesText(broker.maxMemory)}`}{broker.policy !== null && `, ${broker.policy}`}</span></dd>
              <dt>Clients</dt><dd className="number">{broker.clients ?? '–'}</dd><dt>Commands</dt><dd className="number">{broker.commandsPerSecond ?? '–'} /s</dd><dt>Up since</dt><dd><Time at={broker.upSince} /></dd>
            </Part>
            <Part title="Workers" ok={workers.online > 0} error={null}>
              <dt>Online</dt><dd className="number"><Link className="link" to="/workers">{workers.online}</Link></dd><dt>Unreachable</dt><dd className="number">{workers.unreachable}</dd><dt>Busy slots</dt><dd className="number">{workers.active} <span className="faint">of {workers.slots}</span></dd>
            </Part>
            <Part title="Log store" ok={logStore.ok} error={logStore.error}>
              <dt>Place</dt><dd className="mono small">{logStore.name}</dd><dt>Answers in</dt><dd className="number">{durationText(logStore.answeredInMs)}</dd>
            </Part>
          </div>
          <h2>Schedulers</h2>
          <Table label="Schedulers" columns={['Status', 'Host', { name: 'Process', className: 'right' }, 'Version', 'Started', 'Last seen']}>{schedulers.map(({ id, status, host, pid, version, notReady, startedAt, lastSeen }) => (
            <tr key={id}>
              <td data-label="Status" className="tight"><span className="badge"><StateIcon state={status === 'online' ? (notReady === null ? 'online' : 'upstream_failed') : 'offline'} />{notReady ?? status}</span></td>
              <td className="name main">{host}</td><td data-label="Process" className="right number">{pid}</td><td data-label="Version" className="dim">{version}</td><td data-label="Started"><Time at={startedAt} /></td><td data-label="Last seen"><Time at={lastSeen} relative /></td>
            </tr>
          ))}</Table>
          <RolloutSection />
        </>
      )}</Loaded>
    </Page>
  )
}

function Part({ title, ok, error, children }: { readonly title: string; readonly ok: boolean; readonly error: string | null; readonly children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <h2><span className="badge"><StateIcon state={ok ? 'success' : 'failed'} />{title}</span></h2>
      <div className="body">{error !== null && <p className="problem" style={{ marginBottom: 12 }}>{error}</p>}<dl className="facts">{children}</dl></div>
    </section>
  )
}
