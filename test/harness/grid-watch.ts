import type { Page } from 'playwright-core'

/** Runs in a page from its first moment on: notes when its grid answers to a key, as `window.interactiveAt`. */
export const NOTE_INTERACTIVE = `(() => {
  const look = () => {
    const grid = document.querySelector('[role=grid]')
    if (grid !== null && document.querySelector('.cell[class*=" c-"]') !== null) {
      grid.focus()
      grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }))
      if ((grid.getAttribute('aria-activedescendant') ?? '').startsWith('cell-')) { window.interactiveAt = performance.now(); return }
    }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()`

/** Finds a cell of the grid by its row and column, from 0 on, in a state. */
export const cellIn = (row: number, column: number, state: string): string => `[data-row="${row}"] > :nth-child(${column + 2}).c-${state}`

/** Resolves with when the page shows a cell in a state. */
export const shownAt = (page: Page, row: number, column: number, state: string): Promise<number> =>
  page.evaluate<number>(`new Promise(resolve => { const look = () => (document.querySelector(${JSON.stringify(cellIn(row, column, state))}) === null ? requestAnimationFrame(look) : resolve(Date.now())); look() })`)
