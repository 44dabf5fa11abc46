import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { Autoscaler } from '../../cli/node/autoscaler.js'
import { BACKLOG_METRIC, BacklogPublisher } from '../../scheduler/observe/backlog-publisher.js'
import { readBacklog } from '../../scheduler/observe/read-backlog.js'
import { writeSeen } from '../../shared/database/tables/workers.js'
import { createLog } from '../../shared/log.js'
import { Installation } from '../scheduler/installation.js'

it('the backlog of a pool is published once a minute by one of several schedulers, under the names that Terraform follows', async () => {
  const installation = await Installation.create('sqlite')
  const redis = new Redis(installation.redis.url)
  onTestFinished(() => { redis.disconnect() })
  const sent: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const body = Buffer.concat(chunks)
      sent.push(`${String(request.headers['x-amz-target'] ?? request.url)} ${request.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString()}`)
      response.writeHead(200, { 'content-type': String(request.headers['content-type']), 'smithy-protocol': 'rpc-v2-cbor' }).end(request.headers['content-type'] === 'application/cbor' ? Buffer.from([0xa0]) : '{}')
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  onTestFinished(() => { server.close(); server.closeAllConnections() })
  Object.assign(process.env, { AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
  const facts = { id: '1', name: 'one', host: 'one', version: '1', pid: 1, slots: 4, active: 0, queues: ['etl'], startedAt: 0, pool: 'etl' }
  await installation.database.transact('seen', tx => writeSeen(tx, [{ id: '1', name: 'one', facts: JSON.stringify(facts), seenAt: Date.now(), leftAt: null }]))
  expect(await readBacklog(installation.database)).toEqual([{ pool: 'etl', tasks: 0, slots: 4, perSlot: 0 }])

  let time = 1_800_000_000_000
  const publishers = [1, 2, 3].map(() => new BacklogPublisher(installation.database, redis, { prefix: 'longshore', region: 'eu-central-1', now: () => time }))
  const all = () => Promise.all(publishers.map(publisher => publisher.runOnce()))
  await all()
  await all()
  expect(sent).toHaveLength(1)
  time += 60_000
  await all()
  expect(sent).toHaveLength(2)
  for (const word of ['PutMetricData', 'Longshore', 'BacklogPerSlot', 'Pool', 'etl']) expect(sent[0]).toContain(word)
  const terraform = readFileSync(new URL('../../terraform/modules/worker-pool/growth.tf', import.meta.url), 'utf8')
  expect(terraform).toContain(`namespace   = "${BACKLOG_METRIC.namespace}"`)
  expect(terraform).toContain(`metric_name = "${BACKLOG_METRIC.name}"`)
  expect(terraform).toContain(`name  = "${BACKLOG_METRIC.dimension}"`)
})

it('a pool grows to its load and shrinks after it, and what could not be applied is tried again', async () => {
  let [time, load, nodes, fails] = [0, 16, 1, 1]
  const applied: number[] = []
  const scaler = new Autoscaler({
    read: async () => ({ perSlot: load / (4 * nodes), nodes }), bounds: { min: 1, max: 4, aim: 1 }, times: { every: 10_000, warmup: 20_000, calm: 60_000 }, log: createLog('silent', 'autoscale'), now: () => time,
    apply: async wanted => {
      if (fails > 0) { fails -= 1; throw new Error('terraform failed') }
      applied.push(nodes = wanted)
    },
  })
  await expect(scaler.runOnce()).rejects.toThrow('terraform failed')
  const pass = async (seconds: number) => { for (let at = 0; at < seconds; at += 10) { time += 10_000; await scaler.runOnce() } }
  await pass(60)
  expect(applied).toEqual([4])
  load = 4
  await pass(300)
  expect(applied).toEqual([4, 3, 2, 1])
})
