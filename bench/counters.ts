import { rows, type Database } from '../shared/database/database.js'

/** What the database server and a scheduler have counted so far. */
export interface Counters {
  readonly rowsRead: number
  readonly statements: number
  /** Attempts that ended. */
  readonly attempts: number
  /** By name, the time spent in all transactions of it. */
  readonly transactionSeconds: ReadonlyMap<string, number>
  /** Transactions by the upper bound of their bucket, in seconds. */
  readonly transactions: ReadonlyMap<number, number>
  /** The highest bucket in which there are any. */
  readonly longestTransaction: number
}

export async function readCounters(database: Database, port: number): Promise<Counters> {
  const status = new Map((await rows<{ Variable_name: string; Value: string }>(database, "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'Handler_read%' OR Variable_name = 'Questions'")).map(row => [row.Variable_name, Number(row.Value)]))
  const statements = status.get('Questions') ?? 0
  const rowsRead = [...status].filter(([name]) => name.startsWith('Handler_read')).reduce((sum, [, value]) => sum + value, 0)

  let attempts = 0
  const transactionSeconds = new Map<string, number>()
  const cumulated = new Map<number, number>()
  for (const line of (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split('\n')) {
    const [, metric = '', labels = '', value = ''] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? []
    const label = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
    if (metric === 'longshore_scheduler_attempts_total') attempts += Number(value)
    if (metric === 'longshore_database_transaction_seconds_sum') add(transactionSeconds, label('name'), Number(value))
    if (metric === 'longshore_database_transaction_seconds_bucket') add(cumulated, label('le') === '+Inf' ? Infinity : Number(label('le')), Number(value))
  }
  const transactions = new Map<number, number>()
  let below = 0
  for (const [bound, count] of [...cumulated].sort(([a], [b]) => a - b)) {
    transactions.set(bound, count - below)
    below = count
  }
  return { rowsRead, statements, attempts, transactionSeconds, transactions, longestTransaction: highest(transactions) }
}

export function difference(before: Counters, after: Counters): Counters {
  const transactions = subtract(before.transactions, after.transactions)
  return {
    rowsRead: after.rowsRead - before.rowsRead, statements: after.statements - before.statements, attempts: after.attempts - before.attempts,
    transactionSeconds: subtract(before.transactionSeconds, after.transactionSeconds), transactions, longestTransaction: highest(transactions),
  }
}

const highest = (transactions: ReadonlyMap<number, number>): number => Math.max(0, ...[...transactions].filter(([, count]) => count > 0).map(([bound]) => bound))

const subtract = <K>(before: ReadonlyMap<K, number>, after: ReadonlyMap<K, number>): Map<K, number> => new Map([...after].map(([key, value]) => [key, value - (before.get(key) ?? 0)]))

function add<K>(map: Map<K, number>, key: K, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value)
}
