/**
 * What of a body stands in the audit log, besides its digest: which way something was changed. The rest may be secret (passwords,
 * payloads, params, the environment of a command) or is of any length.
 */
const TOLD = [
  'user', 'role', 'grants', 'limits', 'name', 'lifetime', 'queue', 'image', 'run', 'runs', 'logicalDate', 'from', 'to', 'tasks', 'upstream', 'downstream', 'failed', 'latest', 'state', 'unfinished',
  'force', 'dryRun', 'reprocess', 'maxActiveRuns', 'backwards', 'running', 'slots', 'limit', 'concurrency', 'queues', 'add', 'remove', 'deadlineMs', 'stopTasks', 'reject', 'reason', 'version', 'why', 'hash',
] as const

/** Null is a choice here: no limit, for ever, as the worker's own settings say. Elsewhere it says no more than that nothing was said. */
const NULL_TELLS: ReadonlySet<string> = new Set(['limit', 'concurrency', 'queues', 'lifetime'])

const MOST_ITEMS = 20
const MOST_TEXT = 250

/** What an act was done to and how: the parameters of its path, and what may be told of its body, which may be anything when it was refused. */
export function auditTarget(params: Readonly<Record<string, unknown>>, body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) return params
  const said = body as Readonly<Record<string, unknown>>
  const told = TOLD.filter(name => Object.hasOwn(said, name) && !Object.hasOwn(params, name) && tells(name, said[name]))
  return { ...params, ...Object.fromEntries(told.map(name => [name, shortened(said[name])])) }
}

/** What is so when nothing is said is not told. */
const tells = (name: string, value: unknown): boolean => (value === null ? NULL_TELLS.has(name) : value !== false && !(Array.isArray(value) && value.length === 0))

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.length <= MOST_ITEMS ? value.map(itemOf) : [...value.slice(0, MOST_ITEMS).map(itemOf), `and ${value.length - MOST_ITEMS} more`]
  return itemOf(value)
}

function itemOf(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MOST_TEXT)
  if (typeof value !== 'object' || value === null) return value
  const { role, namespace } = value as Readonly<Record<string, unknown>>
  return typeof role === 'string' && typeof namespace === 'string' ? `${role}@${namespace}`.slice(0, MOST_TEXT) : '…'
}
