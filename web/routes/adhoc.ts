import { z } from 'zod'
import { submitAdhoc } from '../../shared/operations/adhoc.js'
import type { Api } from '../app.js'
import { everywhere, principalOf } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'

const Body = z.strictObject({
  name: z.string().max(200).default('task').describe('Its name in lists and logs.'),
  queue: z.string().max(63).default('default'),
  image: z.string().max(500).nullable().describe('Null: a process of the worker itself.'),
  command: z.array(z.string().max(64 * 1024)).max(1_000).default([]),
  env: z.record(z.string().max(200), z.string().max(64 * 1024)).default({}),
  memory: z.string().max(50).nullable().default(null).describe('Such as 512m.'),
  cpus: z.number().nullable().default(null),
  timeout: z.string().max(50).nullable().default(null).describe('Such as 1h.'),
})

/** Whoever may run any command on any queue may do what the author of a DAG may. */
export function adhocRoutes(api: Api, { config, database, wake }: WorkflowContext): void {
  api.post('/adhoc', {
    config: { access: everywhere(Role.author), audit: 'adhoc.run' },
    schema: {
      summary: 'Runs one command on a queue, without a DAG', tags: ['Runs'], body: Body,
      response: { 201: z.object({ dag: z.string(), run: z.string(), task: z.string() }) },
    },
  }, async (request, reply) => {
    const { dag, run, task } = await submitAdhoc(database, config, request.body, principalOf(request).name)
    await wake()
    return reply.status(201).send({ dag, run, task })
  })
}
