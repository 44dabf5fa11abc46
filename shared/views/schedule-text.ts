import type { ScheduleSpec } from '../dag/model.js'
import { formatDuration } from '../time/duration.js'

/** The schedule as its author could have written it; null when runs are only made by hand. */
export function scheduleText(schedule: ScheduleSpec): string | null {
  switch (schedule.kind) {
    case 'none': return null
    case 'once': return '@once'
    case 'cron': return schedule.expressions.join(' | ')
    case 'interval': return formatDuration(schedule.every)
    case 'assets': return `${schedule.assets.length === 1 ? 'asset' : 'assets'} ${schedule.assets.join(schedule.when === 'all' ? ' and ' : ' or ')}`
  }
}
