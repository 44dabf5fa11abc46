import { z } from 'zod'
import { list, Time } from './list.js'

export const Health = z.object({
  ok: z.boolean().describe('Whether everything that work needs is there.'),
  at: Time,
  database: z.object({
    ok: z.boolean(), error: z.string().nullable(), name: z.string().describe('Its address without a password.'), version: z.string().nullable(), answeredInMs: z.number().nullable(),
    pool: z.object({ max: z.int(), used: z.int(), free: z.int(), waiting: z.int() }).describe('Connections of this process.'),
  }),
  broker: z.object({
    ok: z.boolean(), error: z.string().nullable(), name: z.string(), version: z.string().nullable(), answeredInMs: z.number().nullable(), usedMemory: z.number().nullable(),
    maxMemory: z.number().nullable().describe('Null: no limit.'), policy: z.string().nullable(), clients: z.int().nullable(), commandsPerSecond: z.number().nullable(), upSince: Time.nullable(),
    epochs: list(z.object({ queue: z.string(), counter: z.int(), since: Time.nullable(), recoveringUntil: Time.nullable() })).describe('A new one begins when Redis has forgotten.'),
  }),
  schedulers: list(z.object({ id: z.string(), status: z.enum(['online', 'unreachable', 'gone']), host: z.string(), pid: z.int(), version: z.string(), notReady: z.string().nullable(), startedAt: Time, lastSeen: Time })),
  workers: z.object({ online: z.int(), unreachable: z.int(), gone: z.int(), slots: z.int(), active: z.int() }),
  rollout: z.object({ halted: list(z.object({ version: z.string(), why: z.string().nullable() })) }).describe('Versions whose roll-out was stopped, by a node that could not be updated or by somebody.'),
  logStore: z.object({ ok: z.boolean(), error: z.string().nullable(), name: z.string(), answeredInMs: z.number().nullable() }),
}).meta({ id: 'Health' })
export type Health = z.infer<typeof Health>
