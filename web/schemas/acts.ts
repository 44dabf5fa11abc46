import { z } from 'zod'
import { BackfillState, Reprocess } from '../../shared/states/backfill.js'
import { RunState } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { list, Time } from './list.js'

export const Performed = z.object({
  dag: z.string(),
  dryRun: z.boolean().describe('Whether nothing was changed.'),
  runs: list(z.string()),
  tasks: list(z.object({
    run: z.string(), task: z.string(), mapIndex: z.int(), state: z.enum(TaskState).describe('Before.'), effect: z.string(),
    atOnce: z.boolean().describe('False when it waits for its attempt to stop.'),
  })),
}).meta({ id: 'Performed' })

const RunCounts = z.object({ queued: z.int(), running: z.int(), success: z.int(), failed: z.int(), cancelled: z.int() } satisfies Record<RunState, unknown>).meta({ id: 'RunCounts', description: 'Runs by state.' })

export const Backfill = z.object({
  backfill: z.int(), dag: z.string(), state: z.enum([...Object.values(BackfillState), 'completed']), from: Time.nullable(), to: Time.nullable(), reprocess: z.enum(Reprocess), maxActiveRuns: z.int(), backwards: z.boolean(),
  params: z.record(z.string(), z.unknown()), runs: RunCounts, total: z.int(), skipped: z.int(), leftMs: z.number().nullable(), createdBy: z.string().nullable(), createdAt: Time.nullable(), dagPaused: z.boolean(),
}).meta({ id: 'Backfill' })

export const BackfillPlan = z.object({
  backfill: z.int().nullable().describe('Null in a dry run, and when every date is left alone.'), dag: z.string(), dryRun: z.boolean(), maxActiveRuns: z.int(), paused: z.boolean().describe('Its runs wait until the DAG is not paused any more.'),
  counts: z.object({ create: z.int(), reprocess: z.int(), leave: z.int() }),
  dates: list(z.object({
    logicalDate: Time.nullable(), dataIntervalStart: Time.nullable(), dataIntervalEnd: Time.nullable(), action: z.enum(['create', 'reprocess', 'leave']), run: z.string(), state: z.enum(RunState).nullable(),
  })),
}).meta({ id: 'BackfillPlan' })

export const Pool = z.object({
  pool: z.string(), slots: z.int(), used: z.int(), holders: z.int(), waiting: z.int(), waitingSlots: z.int(), description: z.string().nullable(),
}).meta({ id: 'Pool' })

const PoolMember = z.object({ dag: z.string(), run: z.string(), task: z.string(), mapIndex: z.int(), state: z.enum(TaskState), slots: z.int(), since: Time.nullable() }).meta({ id: 'PoolMember' })

export const PoolDetails = Pool.extend({
  held: list(PoolMember).describe('Of the DAGs that you may read; those that took slots first come first.'),
  next: list(PoolMember).describe('Of the DAGs that you may read, in the order in which they are looked at.'),
}).meta({ id: 'PoolDetails' })

export const Asset = z.object({
  asset: z.string(), updatedAt: Time.nullable(), updatedBy: z.string().nullable(), producers: list(z.string()).describe('Tasks that update it, as dag/task.'), subscribers: list(z.string()).describe('DAGs that it starts.'),
}).meta({ id: 'Asset' })

export const ExternalEvent = z.object({
  event: z.string(), dag: z.string().nullable(), run: z.string().nullable(), payload: z.unknown(), rejected: z.boolean(), postedBy: z.string().nullable(), postedAt: Time.nullable(),
}).meta({ id: 'ExternalEvent' })
