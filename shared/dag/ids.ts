const ID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/

/** DAG ids that begin so are Longshore's own. */
export const RESERVED_PREFIX = 'longshore.'

/** What is wrong with the id of a DAG or task; null when nothing is. Ids appear in file names, labels and addresses. */
export function idProblem(what: string, id: unknown): string | null {
  if (id === undefined || id === null || id === '') return `${what} has no id`
  if (typeof id !== 'string') return `the id of ${what} must be a text, not ${JSON.stringify(id)}`
  if (ID.test(id)) return null
  return `'${id.slice(0, 210)}' cannot be the id of ${what}; use letters, digits, '.', '_' and '-', at most 200, not beginning with '.' or '-'`
}
