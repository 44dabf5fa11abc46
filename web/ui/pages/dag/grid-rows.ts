import type { GridRow } from '../../api/grid.js'

/** A row of the grid as it is shown. */
export interface ShownRow {
  /** Its place in the answer's list, and in each run's cells. */
  readonly place: number
  readonly row: GridRow
  readonly depth: number
  readonly isGroup: boolean
}

/** What stands in the grid when some groups are folded and a text is searched: what matches, and the groups around it. */
export function shownRows(tasks: readonly GridRow[], folded: ReadonlySet<string>, search: string): ShownRow[] {
  const text = search.toLowerCase()
  const isWanted = tasks.map(({ id }) => text === '' || id.toLowerCase().includes(text))
  for (let place = tasks.length - 1; place >= 0; place -= 1) {
    const parent = tasks[place]?.parent ?? -1
    if (isWanted[place] === true && parent >= 0) isWanted[parent] = true
  }
  const depths: number[] = []
  const isHidden: boolean[] = []
  const shown: ShownRow[] = []
  tasks.forEach((row, place) => {
    const { parent } = row
    const isGroup = row.kind === 'group'
    depths[place] = parent < 0 ? 0 : (depths[parent] ?? 0) + 1
    isHidden[place] = parent >= 0 && (isHidden[parent] === true || (text === '' && folded.has(tasks[parent]?.id ?? '')))
    if (isWanted[place] === true && isHidden[place] !== true) shown.push({ place, row, depth: depths[place], isGroup })
  })
  return shown
}
