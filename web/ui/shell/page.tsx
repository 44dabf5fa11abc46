import { Link, type LinkProps } from '@tanstack/react-router'
import { use, useEffect, type ReactNode } from 'react'
import { Segments } from '../kit/controls.js'
import { Icon } from '../kit/icon.js'
import { DagZone, localZone, zone, type Zone } from '../kit/time.js'
import { menu } from './menu.js'

export interface Crumb {
  readonly text: string
  readonly link?: LinkProps
}

/** What every page has: where it is, the zone of its times, and its content. */
export function Page({ crumbs, ofDag = false, children }: { readonly crumbs: readonly Crumb[]; readonly ofDag?: boolean; readonly children: ReactNode }) {
  const title = crumbs.map(({ text }) => text).reverse().join(' · ')
  const above = crumbs.findLast(({ link }) => link !== undefined)
  useEffect(() => { document.title = `${title} · Longshore` }, [title])
  return (
    <>
      <header className="topbar">
        <button type="button" className="button quiet icon menu-button" aria-label="Menu" onClick={() => menu.set('open')}><Icon name="menu" /></button>
        {above !== undefined && <Link {...above.link} className="button quiet icon back" aria-label={`Back to ${above.text}`}><Icon name="left" /></Link>}
        <nav aria-label="Where this page is" style={{ flex: 1, minWidth: 0 }}>
          <ol className="crumbs" style={{ margin: 0, padding: 0, listStyle: 'none' }}>
            {crumbs.map(({ text, link }, place) => (
              <li key={text}>
                {place > 0 && <span className="sep" aria-hidden="true">/</span>}
                {link === undefined ? <span className="ellipsis" aria-current="page" title={text}>{text}</span> : <Link {...link} className="ellipsis">{text}</Link>}
              </li>
            ))}
          </ol>
        </nav>
        <div className="tools"><ZoneSwitch ofDag={ofDag} /></div>
      </header>
      <main id="content" className="page" tabIndex={-1}>{children}</main>
    </>
  )
}

function ZoneSwitch({ ofDag }: { readonly ofDag: boolean }) {
  const chosen = zone.use()
  const of = use(DagZone)
  const choices: (readonly [Zone, string, string])[] = [['utc', 'UTC', 'Times in UTC'], ['local', 'Local', `Times in ${localZone()}`]]
  return <Segments<Zone> label="Time zone" value={!ofDag && chosen === 'dag' ? 'local' : chosen} onChange={zone.set} choices={ofDag ? [...choices, ['dag', 'DAG', `Times in the zone of the DAG${of === null ? '' : `, ${of}`}`]] : choices} />
}
