import type { Redis } from 'ioredis'
import { CONTROL_PLACE, queueKeys } from '../protocol/keys.js'
import { NodeReport, NodeWish } from '../protocol/release.js'

const KEPT_MS = 7 * 24 * 3_600_000

/**
 * Carries between nodes and schedulers what a node is and what is wanted of it: workers' nodes know nothing but Redis, and of that
 * only the keys of their queues. Redis may forget all of it: nodes say it again, schedulers have it in the database.
 */
export class NodePost {
  constructor(private readonly redis: Redis, private readonly prefix: string) {}

  /** Tells what a node is wherever it may: a confined pool's user reaches the keys of its queues alone. */
  async report(report: Omit<NodeReport, 'at'>): Promise<void> {
    const [seconds = 0, micros = 0] = (await this.redis.time()).map(Number)
    const text = JSON.stringify({ ...report, at: seconds * 1_000 + Math.floor(micros / 1_000) } satisfies NodeReport)
    await anywhere(placesOf(report).map(async place => {
      const { nodes } = queueKeys(this.prefix, place)
      await this.redis.hset(nodes, report.node, text)
      await this.redis.pexpire(nodes, KEPT_MS)
    }))
  }

  /** The newest that is wanted of a node; null: nothing, or nobody has told yet. */
  async wish(report: Pick<NodeReport, 'node' | 'roles'>): Promise<NodeWish | null> {
    const found = await anywhere(placesOf(report).map(place => this.redis.hget(queueKeys(this.prefix, place).releases, report.node)))
    const wishes = found.map(text => parsed(NodeWish, text)).filter(wish => wish !== null)
    return wishes.sort((a, b) => b.revision - a.revision || Number(b.may) - Number(a.may))[0] ?? null
  }

  /** What nodes have said on a queue, or on {@link CONTROL_PLACE}. What is malformed counts as nothing: anybody with access to Redis can have written it. */
  async readReports(place: string): Promise<{ readonly now: number; readonly reports: NodeReport[] }> {
    const [[seconds = 0, micros = 0], entries] = await Promise.all([this.redis.time().then(parts => parts.map(Number)), this.redis.hgetall(queueKeys(this.prefix, place).nodes)])
    const reports = Object.entries(entries).flatMap(([node, text]) => {
      const report = parsed(NodeReport, text)
      return report !== null && report.node === node ? [report] : []
    })
    return { now: seconds * 1_000 + Math.floor(micros / 1_000), reports }
  }

  /** Tells nodes what is wanted of them; null takes it back. */
  async tell(wishes: readonly { readonly report: Pick<NodeReport, 'node' | 'roles'>; readonly wish: NodeWish | null }[]): Promise<void> {
    const pipeline = this.redis.pipeline()
    for (const { report, wish } of wishes) {
      for (const place of placesOf(report)) {
        const { releases } = queueKeys(this.prefix, place)
        if (wish === null) pipeline.hdel(releases, report.node)
        else pipeline.hset(releases, report.node, JSON.stringify(wish)).pexpire(releases, KEPT_MS)
      }
    }
    await pipeline.exec()
  }
}

/** Also a worker's node says it where all look: nobody may have named its queues in a DAG yet. */
const placesOf = ({ roles }: Pick<NodeReport, 'roles'>): string[] => [...new Set([CONTROL_PLACE, ...roles.flatMap(({ queues }) => queues)])]

/** What succeeded; throws when nothing did. */
async function anywhere<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  const answers = await Promise.allSettled(asked)
  const good = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
  const [bad] = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason as Error] : []))
  if (good.length === 0 && bad !== undefined) throw bad
  return good
}

function parsed<T>(schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }, text: string | null): T | null {
  if (text === null) return null
  try {
    const result = schema.safeParse(JSON.parse(text))
    return result.success ? result.data : null
  } catch {
    return null
  }
}
