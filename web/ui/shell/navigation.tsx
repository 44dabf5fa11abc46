import { Link, type LinkProps } from '@tanstack/react-router'
import { useImportErrors } from '../api/import-errors.js'
import { useMay, type May } from '../api/may.js'
import { Icon, type IconName } from '../kit/icon.js'

interface Item {
  readonly to: LinkProps['to']
  readonly text: string
  readonly icon: IconName
  /** What follows `g` to come here by keyboard. */
  readonly key: string
  readonly forAdmins?: true
}

export const NAVIGATION: readonly { readonly title: string | null; readonly items: readonly Item[] }[] = [
  {
    title: null,
    items: [
      { to: '/', text: 'Overview', icon: 'overview', key: 'o' },
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
      { to: '/users', text: 'Users', icon: 'users', key: 'u', forAdmins: true },
      { to: '/tokens', text: 'Tokens', icon: 'tokens', key: 'k' },
      { to: '/audit', text: 'Audit log', icon: 'audit', key: 'a', forAdmins: true },
    ],
  },
]

/** What somebody may not open is not shown to them. */
export const shownItems = (items: readonly Item[], may: May): readonly Item[] => items.filter(({ forAdmins }) => forAdmins !== true || may.everywhere('admin'))

export function Navigation({ onChosen }: { readonly onChosen: () => void }) {
  const may = useMay()
  const problems = useImportErrors()
  return NAVIGATION.map(({ title, items }) => (
    <div key={title ?? 'first'} role="group" aria-label={title ?? 'Work'}>
      {title !== null && <h2>{title}</h2>}
      {shownItems(items, may).map(({ to, text, icon }) => (
        <Link key={text} to={to} className="item" activeOptions={{ exact: to === '/' }} activeProps={{ 'aria-current': 'page' }} onClick={onChosen}><Icon name={icon} />{text}{to === '/import-errors' && problems !== '' && <span className="count number">{problems}</span>}</Link>
      ))}
    </div>
  ))
}
