import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import type { IServerAdapter } from '@bull-board/api/typings/app'
import { Queue } from 'bullmq'
import { expect, it } from 'vitest'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { atEnd } from '../harness/cleanup.js'
import { until } from '../harness/wait.js'
import { Installation } from '../scheduler/installation.js'

it('the tools that people have for BullMQ show the jobs of a queue', async () => {
  const site = await Installation.create('sqlite')
  await site.scheduler()
  await site.dag('dag: sales.a\nschedule: null\ntasks: { one: { kind: process, shell: "x", queue: etl } }\n')
  await site.trigger('sales.a')
  const redis = openRedis(commandOptions(site.redis.url))
  const queue = new Queue('etl', { connection: redis, prefix: queueKeys('longshore', 'etl').bullPrefix })
  atEnd(async () => {
    await queue.close()
    redis.disconnect()
  })
  type Routes = Parameters<IServerAdapter['setApiRoutes']>[0]
  const mounted: { routes?: Routes; queues?: Parameters<IServerAdapter['setQueues']>[0] } = {}
  const adapter: IServerAdapter = {
    setQueues: queues => { mounted.queues = queues; return adapter }, setViewsPath: () => adapter, setStaticPath: () => adapter, setEntryRoute: () => adapter, setErrorHandler: () => adapter, setUIConfig: () => adapter,
    setApiRoutes: routes => { mounted.routes = routes; return adapter },
  }
  createBullBoard({ queues: [new BullMQAdapter(queue, { readOnlyMode: true })], serverAdapter: adapter })
  const list = mounted.routes?.find(({ method, route }) => method === 'get' && route === '/api/queues')
  if (list === undefined || mounted.queues === undefined) throw new Error('nothing was mounted')
  const { queues } = mounted
  type Shown = { queues: { name: string; counts: Record<string, number>; jobs: { id: string; name: string; data: { dag: string; run: string } }[] }[] }
  const show = async (): Promise<Shown> => (await list.handler({ queues, query: { activeQueue: 'etl', status: 'prioritized' }, params: {}, body: {}, headers: {}, uiConfig: {} } as Parameters<typeof list.handler>[0])).body as Shown
  const shown = await until(async () => { const { queues: [etl] } = await show(); return (etl?.jobs.length ?? 0) > 0 && etl })
  expect(shown).toMatchObject({ name: 'etl', jobs: [{ name: 'one', data: { dag: 'sales.a', run: 'manual' } }] })
})
