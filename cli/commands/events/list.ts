import type { Command } from 'commander'
import { listExternalEvents, type ExternalEventListRow } from '../../../shared/database/tables/external-events.js'
import { viewEvent } from '../../../shared/views/event-view.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown } from '../../output/time.js'
import { clientSettings } from '../../settings.js'

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
      const events = await withDatabase(clientSettings(command).config, database => listExternalEvents(database, { limit, ...(name !== undefined && { name }) }))
      if (json === true) printJson(events.map(viewEvent))
      else if (events.length > 0) print(table(events))
      else note('There are no events.')
    })
}

function table(events: readonly ExternalEventListRow[]): string {
  return renderTable<ExternalEventListRow>([
    { title: 'EVENT', value: event => event.name, colour: event => (event.is_rejected === 0 ? null : 'red') },
    { title: 'FOR', value: event => (event.run_id === null ? 'every run' : `${event.dag_id ?? ''} ${event.run_id}`) },
    { title: 'POSTED', value: event => shown(event.created_at) },
    { title: 'BY', value: event => event.posted_by },
    { title: 'PAYLOAD', value: event => `${event.is_rejected === 0 ? '' : 'rejected '}${event.payload.slice(0, SHOWN_PAYLOAD)}` },
  ], events)
}
