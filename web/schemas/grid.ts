import { z } from 'zod'
import { RunState, RunType } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { StateCounts } from './run.js'
import { list, Time } from './list.js'

/** One letter for each state, so that a run of 2,000 tasks is 2,000 letters. */
export const STATE_LETTERS = {
  [TaskState.none]: 'n', [TaskState.scheduled]: 'd', [TaskState.queued]: 'q', [TaskState.starting]: 'b', [TaskState.running]: 'r', [TaskState.success]: 's', [TaskState.failed]: 'f',
  [TaskState.skipped]: 'k', [TaskState.upstreamFailed]: 'u', [TaskState.cancelled]: 'c', [TaskState.upForRetry]: 't', [TaskState.upForReschedule]: 'w',
} as const satisfies Record<TaskState, string>

/** The run does not have the task. */
export const NO_TASK = '.'

export const GridRow = z.object({
  id: z.string(),
  label: z.string().describe('The id without that of its group.'),
  kind: z.string().describe('The kind of the task, or `group`.'),
  parent: z.int().describe('Place of its group in the list; -1: none.'),
  mapped: z.boolean(),
  gone: z.boolean().describe('Only earlier versions of the DAG have it.'),
}).meta({ id: 'GridRow' })
export type GridRow = z.infer<typeof GridRow>

export const GridRun = z.object({
  run: z.string(),
  state: z.enum(RunState),
  type: z.enum(RunType),
  logicalDate: Time.nullable(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  version: z.int(),
  cells: z.string().describe(`One letter for each of the tasks: ${Object.entries(STATE_LETTERS).map(([state, letter]) => `${letter} ${state}`).join(', ')}; ${NO_TASK} when the run does not have it. Of groups and mapped tasks, the worst state.`),
  counts: z.record(z.string(), StateCounts).describe('Of mapped tasks and groups, by their place in the list.'),
}).meta({ id: 'GridRun' })

export const Grid = z.object({
  dag: z.string(),
  tasks: list(GridRow).describe('Groups before their members.'),
  runs: list(GridRun).describe('Newest first.'),
  next: z.string().nullable().describe('For `before`: earlier runs.'),
}).meta({ id: 'Grid' })
export type Grid = z.infer<typeof Grid>

export const Graph = z.object({
  dag: z.string(),
  version: z.int(),
  nodes: list(z.object({
    id: z.string(), label: z.string(), kind: z.string(), group: z.string().nullable(), mapped: z.boolean(), triggerRule: z.string(), branch: z.boolean(),
    state: z.enum(TaskState).nullable().describe('In the run that was asked for; of mapped tasks the worst.'), counts: StateCounts.nullable(),
  })),
  groups: list(z.object({ id: z.string(), label: z.string(), parent: z.string().nullable() })).describe('Outer groups before inner ones.'),
  edges: list(z.tuple([z.string(), z.string()])).describe('From, to.'),
}).meta({ id: 'Graph' })
export type Graph = z.infer<typeof Graph>

export const Durations = z.object({
  items: list(z.object({
    run: z.string(), state: z.string(), logicalDate: Time.nullable(), waitedMs: z.number().nullable().describe('Of a run: from due to started.'), durationMs: z.number().nullable(),
  })).describe('Oldest first.'),
}).meta({ id: 'Durations' })

export const Calendar = z.object({
  timezone: z.string(),
  days: list(z.object({ day: z.string(), counts: z.partialRecord(z.enum(RunState), z.int()) })).describe('Days without runs are left out.'),
}).meta({ id: 'Calendar' })
