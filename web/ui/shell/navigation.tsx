import { Link, type LinkProps } from '@tanstack/react-router'
import { Icon, type IconName } from '../kit/icon.js'

interface Item {
  readonly to: LinkProps['to']
  readonly text: string
  readonly icon: IconName
  /** What follows `g` to come here by keyboard. */
  readonly key: string
}

export const NAVIGATION: readonly { readonly title: string | null; readonly items: readonly Item[]; readonly admin?: boolean }[] = [
  {
    title: null,
    items: [
      { to: '/dags', text: 'DAGs', icon: 'dags', key: 'd' },
      { to: '/runs', text: 'Runs', icon: 'runs', key: 'r' },
      { to: '/backfills', text: 'Backfills', icon: 'backfills', key: 'b' },
      { to: '/assets', text: 'Assets', icon: 'assets', key: 's' },
      { to: '/pools', text: 'Pools', icon: 'pools', key: 'p' },
      { to: '/import-errors', text: 'Import errors', icon: 'problems', key: 'i' },
    ],
  },
  {
    title: 'Flower',
    items: [
      { to: '/workers', text: 'Workers', icon: 'workers', key: 'w' },
      { to: '/queues', text: 'Queues', icon: 'queues', key: 'q' },
      { to: '/tasks', text: 'Tasks', icon: 'tasks', key: 't' },
      { to: '/health', text: 'Health', icon: 'health', key: 'h' },
    ],
  },
  {
    title: 'Administration',
    items: [
      { to: '/users', text: 'Users', icon: 'users', key: 'u' },
      { to: '/tokens', text: 'Tokens', icon: 'tokens', key: 'k' },
      { to: '/audit', text: 'Audit log', icon: 'audit', key: 'a' },
    ],
  },
]

export function Navigation({ onChosen }: { readonly onChosen: () => void }) {
  return NAVIGATION.map(({ title, items }) => (
    <div key={title ?? 'first'} role="group" aria-label={title ?? 'Work'}>
      {title !== null && <h2>{title}</h2>}
      {items.map(({ to, text, icon }) => (
        <Link key={text} to={to} className="item" activeProps={{ 'aria-current': 'page' }} onClick={onChosen}><Icon name={icon} />{text}</Link>
      ))}
    </div>
  ))
}
