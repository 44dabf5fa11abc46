import { isDuration, parseDuration } from '../time/duration.js'
import { CRON_PRESETS, resolveCron } from '../time/cron-expression.js'
import { didYouMean } from './field.js'
import type { ScheduleSpec } from './model.js'

type GivenSchedule = string | readonly string[] | Omit<Extract<ScheduleSpec, { kind: 'assets' }>, 'kind'> | null

const SHORTEST_INTERVAL = 1_000

/**
 * The schedule as its author wrote it, resolved. Several expressions mean their union.
 * @throws RangeError with a message for the author
 */
export function parseSchedule(given: GivenSchedule, dag: string): ScheduleSpec {
  if (given === null) return { kind: 'none' }
  if (typeof given === 'object' && 'assets' in given) return { kind: 'assets', assets: given.assets, when: given.when }
  if (typeof given === 'string') {
    if (given === '@once') return { kind: 'once' }
    if (isDuration(given)) return { kind: 'interval', every: atLeastASecond(given) }
  }
  const expressions = [given].flat().map(text => resolve(text, dag))
  return { kind: 'cron', expressions: [...new Set(expressions)].sort() }
}

function atLeastASecond(text: string): number {
  const every = parseDuration(text)
  if (every < SHORTEST_INTERVAL) throw new RangeError(`an interval of '${text}' is shorter than 1s`)
  return every
}

function resolve(text: string, dag: string): string {
  if (text === '@once' || isDuration(text)) throw new RangeError(`'${text}' cannot be one of several schedules; only cron expressions can`)
  if (text === '@continuous') throw new RangeError("'@continuous' is not supported; use a short interval such as '1m' with maxActiveRuns: 1")
  if (text.startsWith('@') && !CRON_PRESETS.includes(text)) {
    throw new RangeError(`'${text}' is not a preset (@once, ${CRON_PRESETS.join(', ')})${didYouMean(text, CRON_PRESETS)}`)
  }
  return resolveCron(text, dag)
}
