import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Icon } from './icon.js'

/** `denied` says why it cannot be changed; its state is worth seeing all the same. */
export function Switch({ on, label, busy = false, denied = null, onChange }: { readonly on: boolean; readonly label: string; readonly busy?: boolean; readonly denied?: string | null; readonly onChange: (on: boolean) => void }) {
  return <button type="button" role="switch" className="switch" aria-checked={on} aria-label={label} title={denied ?? label} disabled={busy || denied !== null} onClick={() => onChange(!on)} />
}

export function Segments<T extends string>({ label, value, choices, onChange }: { readonly label: string; readonly value: T; readonly choices: readonly (readonly [T, ReactNode, string?])[]; readonly onChange: (value: T) => void }) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {choices.map(([choice, text, title]) => <button key={choice} type="button" title={title} aria-pressed={choice === value} onClick={() => onChange(choice)}>{text}</button>)}
    </div>
  )
}

const PAUSE_MS = 200

/** Tells what is typed after a pause in the typing. `/` anywhere on the page comes here. */
export function Search({ value, label, onChange }: { readonly value: string; readonly label: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setText(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <div className="search">
      <Icon name="search" />
      <input
        className="input" type="search" aria-label={label} placeholder={label} value={text} data-search="" autoComplete="off" spellCheck={false}
        onChange={({ target }) => {
          setText(target.value)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => onChange(target.value), PAUSE_MS)
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  )
}

export function Field({ label, hint, error, children }: { readonly label: string; readonly hint?: ReactNode; readonly error?: string | null; readonly children: ReactNode }) {
  return <label className="field"><span>{label}</span>{children}{hint !== undefined && <small>{hint}</small>}{error != null && <small style={{ color: 'var(--bad)' }}>{error}</small>}</label>
}

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), 1_500)
    return () => clearTimeout(timer)
  }, [done])
  return (
    <button type="button" className="button quiet icon" aria-label={done ? 'Copied' : label} title={label} onClick={() => { void navigator.clipboard.writeText(text).then(() => setDone(true)) }}>
      <Icon name={done ? 'check' : 'copy'} />
    </button>
  )
}
