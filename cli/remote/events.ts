import { LongshoreError } from '../../shared/errors.js'
import type { EventPost } from '../../shared/operations/post-event.js'
import { parseJson } from '../../shared/parse-json.js'
import type { EventView } from '../../shared/views/event-view.js'
import type { Events } from '../ports/events.js'
import { bodyOf, itemsOf, type Api } from './api.js'

export class RemoteEvents implements Events {
  constructor(private readonly api: Api) {}

  list({ name, limit }: { readonly name: string | null; readonly limit: number }): Promise<readonly EventView[]> {
    return itemsOf(query => bodyOf(this.api.GET('/api/v1/events', { params: { query: { ...query, ...(name !== null && { name }) } } })) as Promise<{ items: EventView[]; next: string | null }>, limit)
  }

  async post({ name, run, payload, isRejected }: Omit<EventPost, 'by'>): Promise<number> {
    const body = { payload: readPayload(name, payload), dag: run?.dag ?? null, run: run?.run ?? null, reject: isRejected }
    return (await bodyOf(this.api.POST('/api/v1/events/{name}', { params: { path: { name } }, body }))).waiting
  }
}

function readPayload(name: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new LongshoreError('LS_EVENT_INVALID', `the payload of event '${name}' is not JSON: ${(cause as Error).message}`, { cause })
  }
}
