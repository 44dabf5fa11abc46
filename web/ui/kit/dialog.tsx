import { useEffect, useId, useRef, type ReactNode } from 'react'
import { Icon } from './icon.js'

/** A dialog of the browser's own: it keeps the focus inside, closes by Escape and gives the focus back. */
export function Dialog({ title, onClose, wide = false, children }: { readonly title: string; readonly onClose: () => void; readonly wide?: boolean; readonly children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    if (element !== null && !element.open) element.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog ref={dialog} className={wide ? 'wide' : ''} aria-labelledby={id} onCancel={event => { event.preventDefault(); onClose() }} onClick={event => { if (event.target === dialog.current) onClose() }}>
      <div className="sheet">
        <header><h2 id={id}>{title}</h2><button type="button" className="button quiet icon" aria-label="Close" onClick={onClose}><Icon name="close" /></button></header>
        {children}
      </div>
    </dialog>
  )
}
