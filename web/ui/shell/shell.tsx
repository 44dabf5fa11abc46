import { Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { leaveWhenSignedOutElsewhere, signOut, useMe } from '../api/me.js'
import { onSignedOut } from '../api/query-client.js'
import { Icon } from '../kit/icon.js'
import { Toasts } from '../kit/toasts.js'
import { AccountDialog } from './account.js'
import { menu } from './menu.js'
import { Navigation } from './navigation.js'
import { RolloutBanner } from './rollout-banner.js'
import { Shortcuts } from './shortcuts.js'
import { ThemeSwitch } from './theme.js'

const close = () => menu.set('closed')

/** The frame around every page but the login. */
export function Shell() {
  const isOpen = menu.use() === 'open'
  const navigate = useNavigate()
  const me = useMe()
  const [isAccount, showAccount] = useState(false)
  useEffect(() => leaveWhenSignedOutElsewhere(), [])
  // Several queries are refused at once; by then the page may be the login already.
  useEffect(() => onSignedOut(() => { if (location.pathname !== '/login') void navigate({ to: '/login', search: { next: location.pathname + location.search }, replace: true }) }), [navigate])
  useEffect(() => {
    if (!isOpen) return
    const onKey = (event: KeyboardEvent) => { if (event.key === 'Escape') close() }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [isOpen])
  return (
    <div className="shell">
      <a className="skip" href="#content">Skip to the content</a>
      <nav className="nav" aria-label="Pages" {...(isOpen && { 'data-open': '' })}>
        <div className="brand"><img src="/favicon.svg" alt="" />Longshore</div>
        <Navigation onChosen={close} />
        <footer>
          <div className="toolbar" style={{ padding: '0 4px' }}>
            <ThemeSwitch />
          </div>
          {me.data != null && (
            <div className="toolbar" style={{ padding: '4px 0 0 8px', flexWrap: 'nowrap' }}>
              <button type="button" className="as-text ellipsis dim" title={`${me.data.name}: roles and password`} onClick={() => showAccount(true)}>{me.data.name}</button>
              <button type="button" className="button quiet icon end" aria-label="Sign out" title="Sign out" onClick={() => { void signOut() }}><Icon name="leave" /></button>
            </div>
          )}
        </footer>
      </nav>
      <button type="button" className="scrim" aria-label="Close the menu" onClick={close} />
      <div style={{ minWidth: 0 }}><RolloutBanner /><Outlet /></div>
      <Toasts />
      <Shortcuts />
      {isAccount && me.data != null && <AccountDialog me={me.data} onClose={() => showAccount(false)} />}
    </div>
  )
}
