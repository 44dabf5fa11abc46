import { z } from 'zod'
import { RunState } from '../states/run.js'
import { TaskState } from '../states/task-instance.js'

/** What became of a task instance: task, map index, state, try. */
export const ChangedTask = z.tuple([z.string().max(200), z.int(), z.enum(TaskState), z.int()])
export type ChangedTask = Readonly<z.infer<typeof ChangedTask>>

/** What changed in one run. */
export const ChangedRun = z.object({
  dag: z.string().max(200),
  run: z.string().max(250),
  /** Null: the state of the run is as it was. */
  state: z.enum(RunState).nullable(),
  tasks: z.array(ChangedTask),
  /** More than is listed: whoever shows the run reads it again. */
  much: z.boolean(),
})
export type ChangedRun = z.infer<typeof ChangedRun>

/** What schedulers, and people through the API and the command line, tell those who look. Told after the commit; nothing is decided by it. */
export const Changes = z.object({
  v: z.literal(1),
  runs: z.array(ChangedRun),
  /** What changed without a list of changes, as {@link Topic} names it. */
  topics: z.array(z.string().max(500)),
})
export type Changes = z.infer<typeof Changes>

/** What can be watched. */
export const Topic = {
  /** Nobody watches it: too much changed to say what, and everybody reads everything again. */
  all: '*',
  /** Any DAG and its runs. */
  dags: 'dags',
  workers: 'workers',
  queues: 'queues',
  dag: (dag: string): string => `dag:${dag}`,
  run: (dag: string, run: string): string => `run:${dag}/${run}`,
} as const

export const topicsChanged = (...topics: readonly string[]): Changes => ({ v: 1, runs: [], topics: [...topics] })

/** Runs of which much changed at once are named one by one. */
const MOST_RUNS = 200

/** What a person did to these runs. */
export function runsChanged(dag: string, runs: readonly string[]): Changes {
  if (runs.length > MOST_RUNS) return topicsChanged(Topic.dags, Topic.dag(dag))
  return { v: 1, runs: runs.map(run => ({ dag, run, state: null, tasks: [], much: true })), topics: [] }
}

/** Null for what no version of Longshore has written: anybody with access to Redis can publish. */
export function parseChanges(text: string): Changes | null {
  try {
    const parsed = Changes.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
