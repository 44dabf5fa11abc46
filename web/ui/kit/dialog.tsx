import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Icon } from './icon.js'

/** A dialog of the browser's own: it keeps the focus inside and closes by Escape. The focus goes back to where it was. */
export function Dialog({ title, onClose, wide = false, children }: { readonly title: string; readonly onClose: () => void; readonly wide?: boolean; readonly children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const [opener] = useState(() => document.activeElement)
  useEffect(() => {
    const element = dialog.current
    if (element !== null && !element.open) element.showModal()
    return () => {
      element?.close()
      // By now React has taken the dialog away, and the browser does not know any more what had the focus before.
      const back = opener?.isConnected === true ? opener : document.getElementById('content')
      if (back instanceof HTMLElement) back.focus()
    }
  }, [opener])
  return (
    <dialog ref={dialog} className={wide ? 'wide' : ''} aria-labelledby={id} onCancel={event => { event.preventDefault(); onClose() }} onClick={event => { if (event.target === dialog.current) onClose() }}>
      <div className="sheet">
        <header><h2 id={id}>{title}</h2><button type="button" className="button quiet icon" aria-label="Close" onClick={onClose}><Icon name="close" /></button></header>
        {children}
      </div>
    </dialog>
  )
}
