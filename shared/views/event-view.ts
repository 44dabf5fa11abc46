import type { ExternalEventListRow } from '../database/tables/external-events.js'
import { iso } from '../time/iso.js'

/** An event as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export const viewEvent = (event: ExternalEventListRow) => ({
  event: event.name, dag: event.dag_id, run: event.run_id, payload: JSON.parse(event.payload) as unknown, rejected: event.is_rejected !== 0,
  postedBy: event.posted_by, postedAt: iso(event.created_at),
})
export type EventView = ReturnType<typeof viewEvent>
