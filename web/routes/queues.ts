import { z } from 'zod'
import { Topic, topicsChanged } from '../../shared/live/changes.js'
import { tellChanges } from '../../shared/live/tell-changes.js'
import { MOST_SLOTS } from '../../shared/operations/pools.js'
import { setQueueLimit, setQueuePaused } from '../../shared/operations/queues.js'
import { NO_QUEUE_NAME, QUEUE_NAME } from '../../shared/protocol/keys.js'
import type { Api, WebContext } from '../app.js'
import { everywhere, filtered, principalOf } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { readQueueList } from '../reads/queue-list.js'
import { SharedRead } from '../../shared/shared-read.js'
import { list } from '../schemas/list.js'
import { Queue } from '../schemas/queue.js'

const FRESH_MS = 1_000

const PatchBody = z.strictObject({
  paused: z.boolean().optional().describe('Whether workers take nothing from it.'),
  limit: z.int().min(0).max(MOST_SLOTS).nullable().optional().describe('Task instances of it that may be active at once: 0 lets nothing of it start; null: any number.'),
})

export function queueRoutes(api: Api, { config, database, wake }: WebContext): void {
  const queues = new SharedRead(() => readQueueList(database), FRESH_MS)

  api.get('/queues', {
    config: { access: filtered() },
    schema: { summary: 'Queues by name, with the last hour of each', tags: ['Queues'], response: { 200: z.object({ items: list(Queue), next: z.null() }) } },
  }, async () => ({ items: await queues.get(), next: null }))

  api.patch('/queues/:queue', {
    config: { access: everywhere(Role.operator), audit: nameOf },
    schema: {
      summary: 'Pauses, resumes or limits a queue', tags: ['Queues'], params: z.object({ queue: z.string().regex(QUEUE_NAME, NO_QUEUE_NAME) }), body: PatchBody,
      response: { 200: z.object({ told: z.boolean().describe('False while Redis is away: schedulers tell the workers when it is back.') }) },
    },
  }, async request => {
    const { params: { queue }, body: { paused, limit } } = request
    if (limit !== undefined) {
      await setQueueLimit(database, queue, limit)
      await wake()
      await tellChanges(config, topicsChanged(Topic.queues))
    }
    const told = paused === undefined ? true : await setQueuePaused(database, config, queue, paused, principalOf(request).name)
    queues.forget()
    return { told }
  })
}

/** What makes others wait longest is what it is called; the rest stands beside it. */
function nameOf(body: unknown): string {
  const { paused } = (body ?? {}) as Partial<z.infer<typeof PatchBody>>
  return paused === undefined ? 'queue.limit' : paused ? 'queue.pause' : 'queue.resume'
}
