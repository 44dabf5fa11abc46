import { Link, type LinkProps } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { Segments } from '../kit/controls.js'
import { Icon } from '../kit/icon.js'
import { zone, type Zone } from '../kit/time.js'
import { menu } from './menu.js'

export interface Crumb {
  readonly text: string
  readonly link?: LinkProps
}

/** What every page has: where it is, the zone of its times, and its content. */
export function Page({ crumbs, ofDag = false, children }: { readonly crumbs: readonly Crumb[]; readonly ofDag?: boolean; readonly children: ReactNode }) {
  const title = crumbs.map(({ text }) => text).reverse().join(' · ')
  useEffect(() => { document.title = `${title} · Longshore` }, [title])
  return (
    <>
      <div className="topbar">
        <button type="button" className="button quiet icon menu-button" aria-label="Menu" onClick={() => menu.set('open')}><Icon name="menu" /></button>
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
      </div>
      <main id="content" className="page" tabIndex={-1}>{children}</main>
    </>
  )
}

function ZoneSwitch({ ofDag }: { readonly ofDag: boolean }) {
  const chosen = zone.use()
  const choices: (readonly [Zone, string])[] = [['utc', 'UTC'], ['local', 'Local']]
  return <Segments<Zone> label="Time zone" value={!ofDag && chosen === 'dag' ? 'local' : chosen} onChange={zone.set} choices={ofDag ? [...choices, ['dag', 'DAG']] : choices} />
}
