import type { ReactNode } from 'react'
import type { Paged } from '../api/pages.js'
import { Loaded } from './waiting.js'

interface Pages<T> {
  readonly data: { readonly pages: readonly Paged<T>[] } | undefined
  readonly error: unknown
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => Promise<unknown>
}

/** Columns of a table: their heads, and `right` for numbers, `tight` for what is as narrow as it can be. */
export type Column = string | { readonly name: string; readonly className?: string; readonly hidden?: boolean }

export function Table({ columns, children, label }: { readonly columns: readonly Column[]; readonly children: ReactNode; readonly label: string }) {
  return (
    <div className="table-box">
      <table className="table stack" aria-label={label}>
        <thead>
          <tr>{columns.map(column => {
            const { name, className = '', hidden = false } = typeof column === 'string' ? { name: column } : column
            return <th key={name} scope="col" className={className}>{hidden ? <span className="hidden">{name}</span> : name}</th>
          })}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

/** A paged list: its table, what stands there when it is empty, and the way to more. */
export function List<T>({ query, empty, columns, label, row }: { readonly query: Pages<T>; readonly empty: ReactNode; readonly columns: readonly Column[]; readonly label: string; readonly row: (item: T) => ReactNode }) {
  return (
    <>
      <Loaded query={query}>{({ pages }) => {
        const items = pages.flatMap(page => page.items)
        return items.length === 0 ? empty : <Table columns={columns} label={label}>{items.map(row)}</Table>
      }}</Loaded>
      {query.hasNextPage && <div className="more"><button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>More</button></div>}
    </>
  )
}
