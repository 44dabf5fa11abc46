import { z } from 'zod'
import { NodeRole } from '../../shared/protocol/release.js'
import { Standing } from '../../shared/releases/rollout.js'
import { list, Time } from './list.js'

const role = z.enum(NodeRole)

export const Release = z.object({
  role, pool: z.string().nullable().describe('Null: every pool that has none of its own.'), version: z.string(), maxUnavailable: z.int().describe('Nodes that may be updated at once.'),
  setBy: z.string(), setAt: Time, halted: z.object({ at: Time, by: z.string().nullable(), why: z.string().nullable() }).nullable(),
}).meta({ id: 'Release' })

export const Rollout = z.object({
  releases: list(Release),
  nodes: list(z.object({
    node: z.string(), name: z.string(), roles: list(z.object({ role, pool: z.string().nullable() })), version: z.string(), wanted: z.string().nullable(), standing: z.enum(Standing),
    why: z.string().nullable().describe('What it waits for, does, or failed at.'), lastSeen: Time,
  })),
}).meta({ id: 'Rollout' })
