import { useQuery } from '@tanstack/react-query'
import { ask, path } from './ask.js'
import { usePages } from './pages.js'
import type { Schema } from './schema.js'

export type RunItem = Schema<'RunItem'>
export type Run = Schema<'Run'>
export type TaskItem = Schema<'TaskItem'>
export type Task = Schema<'Task'>
export type Attempt = Task['attempts'][number]

export const runPath = (dag: string, run: string): string => path`/dags/${dag}/runs/${run}`
export const runKey = (dag: string, run: string) => ['run', dag, run] as const

export const useRun = (dag: string, run: string) => useQuery({ queryKey: runKey(dag, run), queryFn: ({ signal }) => ask<Run>('GET', runPath(dag, run), { signal }) })

export interface RunFilter {
  readonly state?: string | undefined
  readonly type?: string | undefined
}

export const useRuns = (filter: RunFilter) => usePages<RunItem>(['runs'], '/runs', { limit: 50, ...filter })
export const useRunsOf = (dag: string, filter: RunFilter) => usePages<RunItem>(['runs', dag], path`/dags/${dag}/runs`, { limit: 50, ...filter })
export const useTasksOf = (dag: string, run: string, filter: { readonly state?: string | undefined; readonly task?: string | undefined }) => usePages<TaskItem>([...runKey(dag, run), 'tasks'], `${runPath(dag, run)}/tasks`, { limit: 200, ...filter })

export const taskPath = (dag: string, run: string, task: string): string => path`/dags/${dag}/runs/${run}/tasks/${task}`
export const taskKey = (dag: string, run: string, task: string, mapIndex: number) => [...runKey(dag, run), 'task', task, mapIndex] as const
