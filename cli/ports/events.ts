import type { EventPost } from '../../shared/operations/post-event.js'
import type { EventView } from '../../shared/views/event-view.js'

export interface Events {
  /** The newest first. */
  list(filter: { readonly name: string | null; readonly limit: number }): Promise<readonly EventView[]>
  /** Returns how many tasks wait for it. */
  post(event: Omit<EventPost, 'by'>): Promise<number>
}
