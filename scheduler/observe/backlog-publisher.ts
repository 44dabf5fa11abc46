import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { Redis } from 'ioredis'
import type { Database } from '../../shared/database/database.js'
import { readBacklog } from './read-backlog.js'

/** What terraform/modules/worker-pool follows: names are compared by a test. */
export const BACKLOG_METRIC = { namespace: 'Longshore', name: 'BacklogPerSlot', dimension: 'Pool' } as const

const MINUTE_MS = 60_000
const LOOK_MS = 10_000
/** PutMetricData takes 1,000. */
const MOST_AT_ONCE = 500

/**
 * Publishes the backlog of each pool to CloudWatch, once a minute by one of the schedulers: whoever is the first in a minute. Redis
 * decides who that is; a minute that is published twice because it has forgotten changes no average.
 */
export class BacklogPublisher {
  #client: CloudWatchClient | null = null

  constructor(private readonly database: Database, private readonly redis: Redis, private readonly options: { readonly prefix: string; readonly region: string; readonly now?: () => number }) {}

  async runOnce(): Promise<number> {
    const { prefix, now = Date.now } = this.options
    const minute = Math.floor(now() / MINUTE_MS)
    if (await this.redis.set(`${prefix}:backlog:${minute}`, '1', 'PX', 2 * MINUTE_MS, 'NX') === 'OK') {
      try {
        await this.#publish(minute * MINUTE_MS)
      } catch (error) {
        await this.redis.del(`${prefix}:backlog:${minute}`)
        throw error
      }
    }
    return LOOK_MS
  }

  async #publish(at: number): Promise<void> {
    const backlog = await readBacklog(this.database)
    if (backlog.length === 0) return
    const { CloudWatchClient, PutMetricDataCommand } = await this.#sdk()
    this.#client ??= new CloudWatchClient({ region: this.options.region, maxAttempts: 3 })
    for (let from = 0; from < backlog.length; from += MOST_AT_ONCE) {
      await this.#client.send(new PutMetricDataCommand({
        Namespace: BACKLOG_METRIC.namespace,
        MetricData: backlog.slice(from, from + MOST_AT_ONCE).map(({ pool, perSlot }) => ({ MetricName: BACKLOG_METRIC.name, Dimensions: [{ Name: BACKLOG_METRIC.dimension, Value: pool }], Timestamp: new Date(at), Value: perSlot })),
      }))
    }
  }

  /** Loaded by the first who publishes: elsewhere nobody pays for it. */
  #sdk() {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
    return import('@aws-sdk/client-cloudwatch')
  }
}
