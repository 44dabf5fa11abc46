import { z } from 'zod'
import { RunState } from '../../shared/states/run.js'

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
