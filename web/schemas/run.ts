import { z } from 'zod'
import { RunState, RunType } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { Time } from './list.js'

export const RunItem = z.object({
  dag: z.string(),
  run: z.string(),
  state: z.enum(RunState),
  type: z.enum(RunType),
  logicalDate: Time.nullable(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationMs: z.number().nullable(),
  backfill: z.int().nullable().describe('Number of the backfill that it belongs to.'),
  reason: z.string().nullable().describe('Who or what made it, cleared it, or ended it early.'),
}).meta({ id: 'RunItem' })

export const StateCounts = z.partialRecord(z.enum(TaskState), z.int()).meta({ id: 'StateCounts', description: 'Task instances by state; states without any are left out.' })

export const Run = z.object({
  dag: z.string(),
  run: z.string(),
  state: z.enum(RunState),
  type: z.enum(RunType),
  logicalDate: Time.nullable(),
  dataIntervalStart: Time.nullable(),
  dataIntervalEnd: Time.nullable(),
  params: z.unknown(),
  queuedAt: Time.nullable().describe('When it was due.'),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationMs: z.number().nullable(),
  reason: z.string().nullable(),
  backfill: z.int().nullable(),
  deadlineAt: Time.nullable(),
  deadlineMissed: z.boolean(),
  timeoutAt: Time.nullable().describe('When it is given up; null unless it runs and has a timeout.'),
  wanted: z.string().nullable().describe('What somebody, or its timeout, wants it to end as.'),
  version: z.int().describe('The version of the DAG that it works by.'),
  tasks: StateCounts,
}).meta({ id: 'Run' })
export type Run = z.infer<typeof Run>
