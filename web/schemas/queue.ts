import { z } from 'zod'
import { list, Time } from './list.js'

export const QueueSample = z.object({
  at: Time,
  waiting: z.int(),
  active: z.int(),
  oldestMs: z.number().describe('How long the one had waited that waited longest.'),
  inPerMinute: z.number().describe('Task instances that became runnable.'),
  outPerMinute: z.number().describe('Attempts that ended.'),
}).meta({ id: 'QueueSample' })

export const Queue = z.object({
  queue: z.string(),
  waiting: z.int().describe('Task instances that could run and wait for a slot.'),
  active: z.int().describe('Those that have one: on their way to a worker, or on it.'),
  queued: z.int().describe('Those of them that no worker has taken yet.'),
  limit: z.int().nullable(),
  paused: z.boolean(),
  pausedBy: z.string().nullable(),
  pausedAt: Time.nullable(),
  oldestWaitingAt: Time.nullable().describe('Since when the one waits that waits longest.'),
  oldestQueuedAt: Time.nullable().describe('Since when the one could run that no worker has taken for the longest time.'),
  inPerMinute: z.number().nullable().describe('Over the last minute that was measured; null: none was.'),
  outPerMinute: z.number().nullable(),
  samples: list(QueueSample).describe('Of each minute of the last hour, oldest first.'),
}).meta({ id: 'Queue' })
export type Queue = z.infer<typeof Queue>
