import { useVirtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { plainText } from '../../kit/ansi.js'
import { Search, Segments } from '../../kit/controls.js'
import { Icon } from '../../kit/icon.js'
import { stored } from '../../kit/stored.js'
import { useZone } from '../../kit/time.js'
import { LogLine } from './log-line.js'
import { useLog } from './use-log.js'

type Stream = 'both' | 'stdout' | 'stderr'
const wrapping = stored<'on' | 'off'>('longshore.log.wrap', 'on', ['on', 'off'])
const times = stored<'on' | 'off'>('longshore.log.times', 'off', ['on', 'off'])
const LINE_PX = 19
const NEAR_END_PX = 60
/** Above and below the lines, and a scroll bar for what is not wrapped. */
const PADDING_PX = 26

/** The log of one attempt: live, searched, filtered by stream, wrapped or not. */
export function LogView({ url }: { readonly url: string }) {
  const { lines, version, phase } = useLog(url)
  const [stream, setStream] = useState<Stream>('both')
  const [search, setSearch] = useState('')
  const [hit, setHit] = useState(-1)
  const [follows, setFollows] = useState(true)
  const wrap = wrapping.use() === 'on'
  const withTimes = times.use() === 'on'
  const zone = useZone()
  const box = useRef<HTMLDivElement>(null)
  const text = useDeferredValue(search.toLowerCase())
  const shown = useMemo(() => lines.all.filter(line => stream === 'both' || line.stream === stream), [lines, version, stream])
  const hits = useMemo(() => (text === '' ? [] : shown.flatMap((line, place) => (plainText(line.text).toLowerCase().includes(text) ? [place] : []))), [shown, text])
  const errors = useMemo(() => shown.flatMap((line, place) => (line.isError ? [place] : [])), [shown])
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => LINE_PX, overscan: 30, getItemKey: place => shown[place]?.number ?? place })

  useEffect(() => { if (follows && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: 'end' }) }, [follows, shown.length, virtual])
  useEffect(() => { virtual.measure() }, [wrap, withTimes, virtual])

  const go = (place: number | undefined) => {
    if (place === undefined) return
    setFollows(false)
    setHit(place)
    virtual.scrollToIndex(place, { align: 'center' })
  }
  const step = (by: 1 | -1) => go(by === 1 ? hits.find(place => place > hit) ?? hits[0] : hits.findLast(place => place < hit) ?? hits.at(-1))
  return (
    <section className="log card" aria-label="Log">
      <div className="log-bar toolbar">
        <Search label="Search the log" value={search} onChange={value => { setSearch(value); setHit(-1) }} />
        {text !== '' && (
          <span className="toolbar small dim" style={{ flexWrap: 'nowrap' }}>
            <span className="number nowrap" role="status">{hits.length === 0 ? 'nothing found' : `${Math.max(1, hits.indexOf(hit) + 1)} of ${hits.length}`}</span>
            <button type="button" className="button quiet icon" aria-label="Previous match" disabled={hits.length === 0} onClick={() => step(-1)}><Icon name="up" size={14} /></button>
            <button type="button" className="button quiet icon" aria-label="Next match" disabled={hits.length === 0} onClick={() => step(1)}><Icon name="down" size={14} /></button>
          </span>
        )}
        <Segments<Stream> label="Stream" value={stream} onChange={setStream} choices={[['both', 'All'], ['stdout', 'stdout'], ['stderr', 'stderr']]} />
        <span className="toolbar end">
          <button type="button" className="button" disabled={errors.length === 0} onClick={() => go(errors.find(place => place > hit) ?? errors[0])}>Jump to error{errors.length > 0 && <span className="faint number">{errors.length}</span>}</button>
          <button type="button" className="button icon" aria-pressed={withTimes} aria-label="Times" title="Times" onClick={() => times.set(withTimes ? 'off' : 'on')}><Icon name="backfills" size={15} /></button>
          <button type="button" className="button icon" aria-pressed={wrap} aria-label="Wrap lines" title="Wrap lines" onClick={() => wrapping.set(wrap ? 'off' : 'on')}><Icon name="wrap" size={15} /></button>
          <a className="button icon" href={`${url}${url.includes('?') ? '&' : '?'}as=text`} download aria-label="Download the log" title="Download"><Icon name="download" size={15} /></a>
        </span>
      </div>
      <div
        className={`log-box${wrap ? ' wrap' : ''}`} ref={box} tabIndex={0} role="region" aria-label="Lines of the log" style={{ '--content': `${virtual.getTotalSize() + PADDING_PX}px` } as Record<string, unknown>}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => setFollows(scrollHeight - scrollTop - clientHeight < NEAR_END_PX)}
      >
        {lines.forgotten > 0 && <p className="faint small" style={{ padding: '4px 12px' }}>The first {lines.forgotten.toLocaleString('en')} lines are in the download only.</p>}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const line = shown[index]
            return line === undefined ? null : <LogLine key={key} line={line} place={index} top={start} search={text} isHit={hit === index} zone={withTimes ? zone : null} measure={virtual.measureElement} />
          })}
        </div>
        {shown.length === 0 && phase !== 'opening' && <p className="faint log-empty">{phase === 'broken' ? 'The log cannot be read now.' : phase === 'ended' ? 'Nothing was printed.' : 'Nothing has been printed yet.'}</p>}
      </div>
      <div className="log-foot small" role="status">
        {phase === 'live' && <span className="badge"><span className="pulse" />live</span>}
        {phase === 'ended' && <span className="faint">The attempt has ended.</span>}
        {phase === 'broken' && <span className="faint">Not connected.</span>}
        <span className="faint number">{(lines.forgotten + lines.all.length).toLocaleString('en')} lines</span>
        {!follows && phase === 'live' && <button type="button" className="button quiet" onClick={() => setFollows(true)}><Icon name="down" size={13} />Follow</button>}
      </div>
    </section>
  )
}
