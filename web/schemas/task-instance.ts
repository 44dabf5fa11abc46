import { z } from 'zod'
import { TASK_KINDS } from '../../shared/dag/model.js'
import { AttemptState } from '../../shared/states/attempt.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { list, Time } from './list.js'

const Resources = z.object({
  cpuSeconds: z.number().nullable(),
  peakMemory: z.number().nullable().describe('Bytes.'),
  ioRead: z.number().nullable(),
  ioWrite: z.number().nullable(),
}).meta({ id: 'Resources', description: 'What an attempt used, as far as its worker could see.' })

export const TimelineStep = z.object({
  step: z.enum(['queued', 'claimed', 'pulled', 'started', 'exited', 'recorded']),
  at: Time,
  tookMs: z.number().describe('Since the step before.'),
}).meta({ id: 'TimelineStep' })

export const Attempt = z.object({
  attempt: z.string().describe('Id of the attempt: also of its job, container and log.'),
  fence: z.int(),
  try: z.int(),
  state: z.enum(AttemptState),
  worker: z.string().nullable(),
  container: z.string().nullable(),
  image: z.string().nullable(),
  imageDigest: z.string().nullable(),
  exitCode: z.int().nullable(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  queuedAt: Time.nullable(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  log: z.object({ bytes: z.number(), lines: z.number(), truncated: z.boolean() }).nullable(),
  resources: Resources.nullable(),
  pull: z.object({ ms: z.number(), bytes: z.number() }).nullable(),
}).meta({ id: 'Attempt' })

export const TaskItem = z.object({
  task: z.string(),
  mapIndex: z.int().describe('-1 for a task that is not mapped.'),
  state: z.enum(TaskState),
  reason: z.string().nullable(),
  tries: z.int(),
  kind: z.enum(TASK_KINDS).nullable().describe('Null for a task that its version of the DAG does not have any more.'),
  queue: z.string(),
  container: z.string().nullable(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationMs: z.number().nullable(),
  removed: z.boolean().describe('Its map has no such index any more; it is kept for its attempts.'),
  attempt: Attempt.nullable().describe('The newest one.'),
}).meta({ id: 'TaskItem' })
export type TaskItem = z.infer<typeof TaskItem>

export const Task = TaskItem.omit({ attempt: true }).extend({
  dag: z.string(),
  run: z.string(),
  wanted: z.string().nullable().describe('What somebody wants of it; settled when its attempt ends.'),
  dueAt: Time.nullable().describe('When it is looked at, or tried, next.'),
  limits: z.object({ memory: z.number().nullable(), cpus: z.number().nullable(), timeoutMs: z.number().nullable(), retries: z.int() }).nullable(),
  hasResult: z.boolean(),
  attempts: list(Attempt.extend({ timeline: list(TimelineStep) })).describe('Oldest first; at most the newest 100.'),
}).meta({ id: 'Task' })
export type Task = z.infer<typeof Task>

export const GanttBar = z.object({
  task: z.string(),
  mapIndex: z.int(),
  state: z.enum(TaskState),
  scheduledAt: Time.nullable(),
  attempts: list(z.object({ fence: z.int(), state: z.enum(AttemptState), reason: z.string().nullable(), queuedAt: Time.nullable(), claimedAt: Time.nullable(), startedAt: Time.nullable(), endedAt: Time.nullable() })),
}).meta({ id: 'GanttBar' })
export type GanttBar = z.infer<typeof GanttBar>

const WhyReason = z.object({
  code: z.string(),
  text: z.string(),
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  blocks: z.boolean().describe('Whether this keeps it from going on.'),
  get children() { return list(WhyReason) },
}).meta({ id: 'Reason' })

export const WhyAnswer = z.object({
  dag: z.string(), run: z.string(), task: z.string(), mapIndex: z.int(), state: z.string().nullable(), runState: z.string(), at: Time,
  answer: z.string().describe('Everything in one sentence.'),
  reasons: list(WhyReason),
}).meta({ id: 'Why' })

export const Rendered = z.object({
  fence: z.int(),
  dispatched: z.boolean().describe('False: it has not been dispatched yet, and this is what it would be now.'),
  specification: z.record(z.string(), z.unknown()).describe('With templates filled in; secrets by name only.'),
}).meta({ id: 'Rendered' })
