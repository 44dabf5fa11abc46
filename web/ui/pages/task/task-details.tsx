import { Link } from '@tanstack/react-router'
import type { Attempt, Task } from '../../api/runs.js'
import { bytesText } from '../../kit/bytes.js'
import { CopyButton } from '../../kit/controls.js'
import { clockText, durationText, timeText, useZone } from '../../kit/time.js'

const STEPS: Readonly<Record<string, string>> = { queued: 'Queued', claimed: 'Claimed', pulled: 'Image pulled', started: 'Started', exited: 'Exited', recorded: 'Recorded' }

/** What an attempt used, where it ran, and when each step of its life was. */
export function TaskDetails({ task: { limits }, attempt }: { readonly task: Task; readonly attempt: Attempt | undefined }) {
  const zone = useZone()
  if (attempt === undefined) return <p className="dim">Nothing has run yet.</p>
  const { resources, image, imageDigest, container, worker, exitCode, reason, detail, pull, log, timeline } = attempt
  return (
    <div className="cards">
      <section className="card" aria-label="Timeline"><h2>Timeline</h2><div className="body">
        <ol className="steps">{timeline.map(({ step, at, tookMs }, place) => (
          <li key={step}><span>{STEPS[step] ?? step}</span><time className="number" dateTime={at} title={timeText(at, zone)}>{clockText(at, zone)}</time><span className="number dim">{place === 0 ? '' : `+${durationText(tookMs)}`}</span></li>
        ))}</ol>
      </div></section>
      <section className="card" aria-label="Resources"><h2>Resources</h2><div className="body">
        {resources === null ? <p className="dim">{attempt.finishedAt === null ? 'Told when the attempt has ended.' : 'Its worker could not see any.'}</p> : (
          <dl className="facts">
            <dt>Peak memory</dt><dd><Meter value={resources.peakMemory} limit={limits?.memory ?? null} /></dd>
            <dt>CPU time</dt><dd className="number">{resources.cpuSeconds === null ? '–' : `${resources.cpuSeconds.toFixed(2)} s`}{limits?.cpus != null && <span className="faint"> of {limits.cpus} CPUs</span>}</dd>
            <dt>Read</dt><dd className="number">{bytesText(resources.ioRead)}</dd>
            <dt>Written</dt><dd className="number">{bytesText(resources.ioWrite)}</dd>
            {pull !== null && <><dt>Image pull</dt><dd className="number">{durationText(pull.ms)}, {bytesText(pull.bytes)}</dd></>}
          </dl>
        )}
      </div></section>
      <section className="card" aria-label="Attempt"><h2>Attempt</h2><div className="body">
        <dl className="facts">
          <dt>Id</dt><dd><code>{attempt.attempt}</code></dd>
          <dt>State</dt><dd>{attempt.state}{exitCode !== null && <span className="dim">, exit {exitCode}</span>}</dd>
          {reason !== null && <><dt>Because</dt><dd>{reason}</dd></>}
          {detail !== null && <><dt>Detail</dt><dd style={{ whiteSpace: 'pre-wrap' }}>{detail}</dd></>}
          <dt>Worker</dt><dd>{worker === null ? '–' : <Link className="link" to="/workers/$worker" params={{ worker }}>{worker}</Link>}</dd>
          <dt>Image</dt><dd>{image ?? '–'}</dd>
          {imageDigest !== null && <><dt>Digest</dt><dd className="mono small">{imageDigest}</dd></>}
          {container !== null && <><dt>Container</dt><dd className="mono small" style={{ display: 'flex', alignItems: 'center' }}><span className="ellipsis">{container}</span><CopyButton text={container} label="Copy the id of the container" /></dd></>}
          {log !== null && <><dt>Log</dt><dd className="number">{log.lines.toLocaleString('en')} lines, {bytesText(log.bytes)}{log.truncated && ', cut'}</dd></>}
          {limits?.timeoutMs != null && <><dt>Timeout</dt><dd>{durationText(limits.timeoutMs)}</dd></>}
          {limits !== null && <><dt>Retries</dt><dd>{limits.retries}</dd></>}
        </dl>
      </div></section>
    </div>
  )
}

/** How much of a limit was used. */
function Meter({ value, limit }: { readonly value: number | null; readonly limit: number | null }) {
  if (value === null) return <>–</>
  const part = limit === null ? null : Math.min(1, value / limit)
  return (
    <span className="number">
      {bytesText(value)}{limit !== null && <span className="faint"> of {bytesText(limit)}</span>}
      {part !== null && <span className="meter" role="img" aria-label={`${Math.round(part * 100)} % of the limit`}><b style={{ width: `${part * 100}%`, background: part > 0.9 ? 'var(--s-failed)' : part > 0.75 ? 'var(--s-retry)' : 'var(--s-running)' }} /></span>}
    </span>
  )
}
