import { queryOptions, useQuery } from '@tanstack/react-query'
import { ask, path } from './ask.js'
import type { Schema } from './schema.js'

/** A parameter as its author declared it. */
export interface ParamSpec {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'
  /** Undefined means required. */
  readonly default?: unknown
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
}

export type Dag = Omit<Schema<'Dag'>, 'params'> & { readonly params: Readonly<Record<string, ParamSpec>> }

export const dagPath = (dag: string): string => path`/dags/${dag}`
export const dagKey = (dag: string) => ['dag', dag] as const
export const dagQuery = (dag: string) => queryOptions({ queryKey: dagKey(dag), queryFn: ({ signal }) => ask<Dag>('GET', dagPath(dag), { signal }) })
export const useDag = (dag: string) => useQuery(dagQuery(dag))
