import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { readLogPart } from '../../shared/log-reading/read-range.js'
import { viewFrame } from '../../shared/log-reading/view-frame.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import type { Api } from '../app.js'
import { sendEvents } from '../http/event-stream.js'
import { Problem } from '../http/problem.js'
import { inDag } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { isOver, streamLog } from '../reads/follow-log.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { list } from '../schemas/list.js'
import { AttemptPath, MapIndex } from '../schemas/paths.js'

const CHUNK = 1024 * 1024

const LogPart = z.object({
  from: z.int().describe('Where the first of these lines begins.'),
  next: z.int().describe('Where the line after the last of them begins: for `from`.'),
  size: z.int().describe('Bytes that the log has now.'),
  over: z.boolean().describe('Whether the attempt has ended: when `next` is `size` too, this was everything.'),
  frames: list(z.object({ time: z.string(), stream: z.enum(['stdout', 'stderr']), text: z.string(), complete: z.boolean().describe('False for a part that the next frame of the same stream continues.') })),
}).meta({ id: 'LogPart' })

const LogQuery = z.object({
  mapIndex: MapIndex,
  from: z.coerce.number().int().min(-1e12).max(1e15).default(0).describe('A place in the log, from `next` of another answer; -65536: the last 64 KiB.'),
  limit: z.coerce.number().int().min(64 * 1024).max(CHUNK).default(256 * 1024).describe('Bytes at most.'),
  as: z.enum(['json', 'text', 'events']).optional().describe('Instead of an Accept header: text is the whole log for download, events is server-sent.'),
})

export function logRoutes(api: Api, { finder, store, tails, streams }: WorkflowContext): void {
  api.get('/dags/:dag/runs/:run/tasks/:task/attempts/:fence/log', {
    config: { access: inDag(Role.viewer) },
    schema: {
      summary: 'The log of an attempt', tags: ['Logs'], params: AttemptPath, querystring: LogQuery, response: { 200: LogPart },
      description: 'In parts as JSON; with `Accept: text/plain` all of it as text; with `Accept: text/event-stream` from `from` (or Last-Event-ID) on, and then live until the attempt ends, which an event `end` tells.',
    },
  }, async (request, reply) => {
    const { params: { fence, ...name }, query: { mapIndex, from, limit, as } } = request
    const attempt = await finder.attempt({ ...name, mapIndex }, fence)
    switch (as ?? formatOf(String(request.headers.accept ?? ''))) {
      case 'events': {
        const stream = streams.open(request)
        const last = Number(request.headers['last-event-id'] ?? from)
        streamLog(stream, attempt, Number.isSafeInteger(last) ? last : 0, { store, tails }).catch((error: unknown) => { request.log.warn({ err: error }, 'a log could not be followed'); stream.destroy() })
        return sendEvents(reply, stream) as never
      }
      case 'text':
        refuseMissing(attempt, (await readLogPart(store, attempt.log_path, 0, limit)).size)
        return (reply as unknown as FastifyReply).type('text/plain; charset=utf-8').header('content-disposition', `attachment; filename="${attemptId({ taskInstance: attempt.ti_id, fence })}.log"`)
          .send(Readable.from(textOf(store, attempt.log_path))) as never
      case 'json': {
        const part = await readLogPart(store, attempt.log_path, from, limit)
        refuseMissing(attempt, part.size)
        return { ...part, size: part.size ?? 0, over: isOver(attempt), frames: part.frames.map(viewFrame) }
      }
    }
  })
}

const formatOf = (accept: string): 'json' | 'text' | 'events' => (accept.includes('text/event-stream') ? 'events' : accept.includes('text/plain') ? 'text' : 'json')

/** What printed nothing has an empty log; what printed something that cannot be seen has not. */
function refuseMissing({ log_bytes: bytes }: AttemptRow, size: number | null): void {
  if (size !== null || bytes === null || bytes === 0) return
  throw new Problem('LS_LOG_NOT_FOUND', `the log of the attempt (${bytes} bytes) is not in the log store`, { hint: 'It was removed by retention, or the log store is a directory of the worker: give all machines one log store.' })
}

/** As it was printed, without times. */
async function* textOf(store: LogStore, name: string): AsyncGenerator<string> {
  for (let at = 0; ;) {
    const part = await readLogPart(store, name, at, CHUNK)
    if (part.frames.length === 0) return
    yield part.frames.map(({ text, complete }) => (complete ? `${text}\n` : text)).join('')
    at = part.next
  }
}
