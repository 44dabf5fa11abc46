import { z } from 'zod'
import { TaskState } from '../../shared/states/task-instance.js'
import { Time } from './list.js'

export const QueuedTask = z.object({
  dag: z.string(),
  run: z.string(),
  task: z.string(),
  mapIndex: z.int(),
  state: z.enum(TaskState),
  reason: z.string().nullable(),
  queue: z.string(),
  try: z.int(),
  fence: z.int().describe('Of its newest attempt; 0 before the first.'),
  worker: z.string().nullable(),
  workerId: z.string().nullable(),
  exitCode: z.int().nullable(),
  runnableAt: Time.nullable().describe('Since when it could run: the order of the list.'),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationMs: z.number().nullable(),
}).meta({ id: 'QueuedTask' })
export type QueuedTask = z.infer<typeof QueuedTask>
