import { listExternalEvents } from '../../shared/database/tables/external-events.js'
import { postEvent, type EventPost } from '../../shared/operations/post-event.js'
import { viewEvent, type EventView } from '../../shared/views/event-view.js'
import type { Events } from '../ports/events.js'
import type { Direct } from './direct.js'

export class DirectEvents implements Events {
  constructor(private readonly direct: Direct) {}

  async list({ name, limit }: { readonly name: string | null; readonly limit: number }): Promise<readonly EventView[]> {
    return (await listExternalEvents(this.direct.database, { limit, ...(name !== null && { name }) })).map(viewEvent)
  }

  post(event: Omit<EventPost, 'by'>): Promise<number> {
    const { database, user } = this.direct
    const { name, run, isRejected } = event
    return this.direct.operate({ action: 'event.post', dag: run?.dag ?? null, target: { name, run: run?.run ?? null, rejected: isRejected } }, () => postEvent(database, { ...event, by: user }))
  }
}
