import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useMay } from '../api/may.js'
import { Dialog } from '../kit/dialog.js'
import { NAVIGATION, shownItems } from './navigation.js'

const SECOND_KEY_MS = 1_200
const ITEMS = NAVIGATION.flatMap(({ items }) => items)

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** `/` searches, `g` and a letter goes to a page, `?` tells of them. Keys that are typed into a field are left alone. */
export function Shortcuts() {
  const navigate = useNavigate()
  const [help, showHelp] = useState(false)
  const may = useMay()
  useEffect(() => {
    let since = -Infinity
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
      const isSecond = event.timeStamp - since < SECOND_KEY_MS
      since = -Infinity
      const item = isSecond ? ITEMS.find(({ key }) => key === event.key) : undefined
      if (item !== undefined) void navigate({ to: item.to })
      else if (event.key === 'g') since = event.timeStamp
      else if (event.key === '?') showHelp(true)
      else if (event.key === '/') document.querySelector<HTMLInputElement>('[data-search]')?.focus()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate])
  if (!help) return null
  return (
    <Dialog title="Keyboard" onClose={() => showHelp(false)}>
      <div className="body">
        <dl className="facts">
          <dt><kbd>/</kbd></dt><dd>Search on this page</dd>
          <dt><kbd>?</kbd></dt><dd>This list</dd>
          <dt><kbd>← ↑ → ↓</kbd></dt><dd>Move in the grid; <kbd>Enter</kbd> opens or folds, and again opens the page</dd>
          <dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>First and last run of the grid</dd>
          <dt><kbd>Esc</kbd></dt><dd>Close what is open</dd>
          {shownItems(ITEMS, may).map(({ key, text }) => <div key={key} style={{ display: 'contents' }}><dt><kbd>g</kbd> <kbd>{key}</kbd></dt><dd>{text}</dd></div>)}
        </dl>
      </div>
    </Dialog>
  )
}
