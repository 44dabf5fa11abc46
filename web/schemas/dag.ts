import { z } from 'zod'
import { RunState } from '../../shared/states/run.js'
import { list, Time } from './list.js'

export const RunMark = z.object({
  run: z.string(),
  state: z.enum(RunState),
  logicalDate: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
}).meta({ id: 'RunMark', description: 'A run as a bar in a row of runs.' })
export type RunMark = z.infer<typeof RunMark>

export const DagItem = z.object({
  dag: z.string(),
  description: z.string().nullable(),
  file: z.string(),
  schedule: z.string().nullable().describe('As its author could have written it; null when runs are only made by hand.'),
  timezone: z.string(),
  paused: z.boolean(),
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  nextRun: z.string().nullable().describe('When its next run is due.'),
  runs: z.array(RunMark).describe('Its newest runs, newest first.'),
}).meta({ id: 'DagItem' })
export type DagItem = z.infer<typeof DagItem>

export const Triggered = z.object({
  dag: z.string(),
  run: z.string(),
  state: z.enum(RunState),
  paused: z.boolean().describe('The run waits until the DAG is not paused any more.'),
}).meta({ id: 'Triggered' })

export const Dag = z.object({
  dag: z.string(),
  version: z.int(),
  versions: z.int().describe('How many there are.'),
  hash: z.string(),
  file: z.string(),
  active: z.boolean().describe('Whether its file still defines it.'),
  paused: z.boolean(),
  description: z.string().nullable(),
  owner: z.string().nullable(),
  tags: list(z.string()),
  schedule: z.string().nullable(),
  timezone: z.string(),
  start: Time.nullable(),
  end: Time.nullable(),
  catchup: z.boolean(),
  maxActiveRuns: z.int(),
  maxActiveTasks: z.int(),
  timeoutMs: z.number().nullable(),
  deadline: z.string().nullable(),
  nextRun: Time.nullable(),
  tasks: z.int(),
  params: z.record(z.string(), z.looseObject({ type: z.string() })).describe('As its author declared them: type, default, description, enum, minimum, maximum, pattern. One without a default is required.'),
  problems: list(z.string()).describe('What is wrong in its file now, while this version stays in force.'),
}).meta({ id: 'Dag' })
export type Dag = z.infer<typeof Dag>

export const DagVersionItem = z.object({ number: z.int(), hash: z.string(), createdAt: Time.nullable(), current: z.boolean() }).meta({ id: 'DagVersionItem' })

export const DagVersion = z.object({ number: z.int(), hash: z.string(), spec: z.record(z.string(), z.unknown()).describe('The canonical form: defaults merged, durations in milliseconds.') }).meta({ id: 'DagVersion' })

export const DueRun = z.object({
  dueAt: Time.nullable(), dueAtInZone: z.string(), logicalDate: Time.nullable(), dataIntervalStart: Time.nullable(), dataIntervalEnd: Time.nullable(),
}).meta({ id: 'DueRun' })

export const ImportError = z.object({
  file: z.string(), line: z.int().nullable(), column: z.int().nullable(), dag: z.string().nullable(), task: z.string().nullable(), message: z.string(),
}).meta({ id: 'ImportError' })
