import { z } from 'zod'
import { PLAIN_NAME, QUEUE_NAME } from './keys.js'

/** What a node can be; one node may be several. In the order in which a roll-out reaches them. */
export const NodeRole = {
  /** Serves pages and API. */
  web: 'web',
  scheduler: 'scheduler',
  /** Runs tasks of a pool. */
  worker: 'worker',
} as const
export type NodeRole = (typeof NodeRole)[keyof typeof NodeRole]
export const NODE_ROLES = Object.values(NodeRole)

export const VERSION = /^\d[A-Za-z0-9.+~]{0,59}$/

/** What a node's updater says of it. Unknown fields are those of a later version. */
export const NodeReport = z.object({
  v: z.literal(1),
  node: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  /** For people: its host. */
  name: z.string().max(200),
  /** What is installed. */
  version: z.string().max(60),
  roles: z.array(z.object({ role: z.enum(NodeRole), pool: z.string().regex(PLAIN_NAME).nullable(), queues: z.array(z.string().regex(QUEUE_NAME)).max(200) })).max(50),
  /** What it is busy with, for people; null: nothing. */
  doing: z.string().max(200).nullable(),
  /** The revision that it could not be brought to, and went back from; null: none. */
  failed: z.object({ revision: z.number().int(), version: z.string().max(60), why: z.string().max(2_000) }).nullable(),
  /** By Redis' clock. */
  at: z.number().int(),
})
export type NodeReport = z.infer<typeof NodeReport>

/** What is wanted of a node, as schedulers tell it. */
export const NodeWish = z.object({
  v: z.literal(1),
  revision: z.number().int(),
  version: z.string().regex(VERSION),
  /** SHA-256 of each package of this version, by the name of its file. */
  sums: z.record(z.string().max(200), z.string().regex(/^[0-9a-f]{64}$/)),
  /** Whether it is this node's turn. */
  may: z.boolean(),
  /** Why it has to wait, for people; null when it need not. */
  waits: z.string().nullable(),
})
export type NodeWish = z.infer<typeof NodeWish>
