import { z } from 'zod'
import { AttemptState } from '../../shared/states/attempt.js'
import { list, Time } from './list.js'

export const Worker = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['online', 'unreachable', 'gone']),
  doing: z.string().describe('In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone.'),
  host: z.string(),
  version: z.string(),
  pid: z.int(),
  queues: list(z.string()),
  paused: list(z.string()).describe('Queues from which it takes nothing because somebody wants it so.'),
  slots: z.int(),
  active: z.int(),
  draining: z.boolean(),
  refusing: list(z.string()).describe('Why it takes nothing at all.'),
  health: z.string().nullable(),
  capacity: z.object({ cpus: z.number().nullable(), cpusReserved: z.number(), memory: z.number().nullable(), memoryReserved: z.number() }).nullable(),
  kept: z.int().nullable().describe('Containers of failed attempts that it keeps.'),
  processed: z.int().nullable().describe('Attempts that its process has seen end.'),
  failed: z.int().nullable().describe('Those of them that did not exit with 0.'),
  everProcessed: z.int().describe('The same over all of its processes, as schedulers counted it.'),
  everFailed: z.int(),
  load: z.number().nullable().describe('Load average of its host over the last minute.'),
  startedAt: Time,
  firstSeen: Time,
  lastSeen: Time,
  wanted: z.object({
    concurrency: z.int().nullable(), queues: list(z.string()).nullable(), paused: list(z.string()), pausedBy: z.object({ user: z.string(), at: Time }).nullable(),
    end: z.object({ boot: z.string(), deadline: z.number().nullable(), then: z.enum(['detach', 'stop']) }).nullable(),
  }).nullable().describe('What people want of it, whether it has heard of it yet or not.'),
}).meta({ id: 'Worker' })
export type Worker = z.infer<typeof Worker>

export const WantedWorker = Worker.extend({ told: z.boolean().describe('False while Redis is away: schedulers tell the worker when it is back.') }).meta({ id: 'WantedWorker' })

export const WorkerAttempt = z.object({
  dag: z.string(), run: z.string(), task: z.string(), mapIndex: z.int(), fence: z.int(), state: z.enum(AttemptState), queue: z.string(), claimedAt: Time.nullable(), startedAt: Time.nullable(),
}).meta({ id: 'WorkerAttempt' })

export const WorkerDetails = Worker.extend({
  attempts: list(WorkerAttempt).describe('What it is busy with, those that it has had longest first; only of DAGs that you may see, at most 500.'),
}).meta({ id: 'WorkerDetails' })
