/** Rows per INSERT. SQLite takes 500 at most, and a statement should neither hold its locks for long nor outgrow a packet. */
const ROWS = 400

export function* chunks<T>(all: readonly T[], size = ROWS): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
