import type { Command } from 'commander'
import type { EventView } from '../../../shared/views/event-view.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'

const MOST = 10_000
const SHOWN_PAYLOAD = 60

interface Options {
  readonly name?: string
  readonly limit: number
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .option('--name <name>', 'only events of this name')
    .option('-n, --limit <n>', 'how many at most', countUpTo(MOST), 25)
    .option('--json', 'print a JSON array, newest first')
    .action(async ({ name, limit, json }: Options) => {
      const events = await on(command, 'events', port => port.list({ name: name ?? null, limit }))
      if (json === true) printJson(events)
      else if (events.length > 0) print(table(events))
      else note('There are no events.')
    })
}

function table(events: readonly EventView[]): string {
  return renderTable<EventView>([
    { title: 'EVENT', value: ({ event }) => event, colour: ({ rejected }) => (rejected ? 'red' : null) },
    { title: 'FOR', value: ({ dag, run }) => (run === null ? 'every run' : `${dag ?? ''} ${run}`) },
    { title: 'POSTED', value: ({ postedAt }) => shownTime(postedAt) },
    { title: 'BY', value: ({ postedBy }) => postedBy },
    { title: 'PAYLOAD', value: ({ rejected, payload }) => `${rejected ? 'rejected ' : ''}${JSON.stringify(payload).slice(0, SHOWN_PAYLOAD)}` },
  ], events)
}
