import { z } from 'zod'
import { Topic } from '../../shared/live/changes.js'
import type { Api, RouteContext } from '../app.js'
import { sendEvents } from '../http/event-stream.js'
import { Problem } from '../http/problem.js'
import { filtered, readable } from '../http/route-access.js'
import { namespaceOf } from '../identity/access.js'
import { channelsFor } from '../live/channels.js'
import { LiveHub } from '../live/live-hub.js'
import { LiveReader } from '../live/live-reader.js'

const MOST_TOPICS = 50

const ChangesQuery = z.object({
  topics: z.string().min(1).max(10_000).transform(text => [...new Set(text.split(','))]).pipe(z.array(z.string().regex(/^(?:dags|workers|queues|dag:[^/]{1,200}|run:[^/]{1,200}\/[^/]{1,250})$/, 'is none of dags, workers, queues, dag:<dag>, run:<dag>/<run>')).max(MOST_TOPICS))
    .describe(`What to watch, with commas between: dags, workers, queues, dag:<dag>, run:<dag>/<run>; at most ${MOST_TOPICS}.`),
})

export function changesRoutes(api: Api, { config, streams }: RouteContext): void {
  const hub = new LiveHub(config)
  api.addHook('preClose', async () => { hub.stop() })

  api.get('/changes', {
    config: { access: filtered() },
    schema: {
      summary: 'What changes, as it happens', tags: ['Live'], querystring: ChangesQuery,
      response: { 200: z.string().describe('Server-sent events.').meta({ contentMediaType: 'text/event-stream' }) },
      description: 'Server-sent events. `change` names a topic and, where they are known, the runs in it that changed, each with its task instances as [task, map index, state, try]; `much` says that there are more than are listed. '
        + '`reload`: something may have been missed, read everything anew. `stale`: nothing is heard of changes at the moment; `reload` follows. A reader that was cut off goes on with Last-Event-ID.',
    },
  }, async (request, reply) => {
    const namespaces = readable(request)
    for (const topic of request.query.topics) refuseForeign(topic, namespaces)
    const stream = streams.open(request)
    const reader = new LiveReader(request.query.topics.flatMap(topic => channelsFor(topic, namespaces)), stream)
    stream.once('close', () => { hub.leave(reader) })
    const last = request.headers['last-event-id']
    hub.join(reader, typeof last === 'string' ? last : undefined)
    return sendEvents(reply, stream) as never
  })
}

/** As if it did not exist. */
function refuseForeign(topic: string, namespaces: readonly string[] | null): void {
  if (namespaces === null || topic === Topic.dags || topic === Topic.workers || topic === Topic.queues) return
  const dag = topic.slice(topic.indexOf(':') + 1).split('/', 1)[0] ?? ''
  if (!namespaces.includes(namespaceOf(dag))) throw new Problem('LS_DAG_NOT_FOUND', `there is no DAG '${dag}'`)
}
