import type { Duration } from './vocabulary.js'

/** What a task waits for, in the scheduler: it holds no slot and needs no worker. Exactly one condition. */
export type WaitOptions = (WaitForTime | WaitForDag | WaitForHttp | WaitForEvent) & {
  /** What becomes of the task when its `timeout` passes first. Default: fail. */
  onTimeout?: 'fail' | 'skip'
}

export interface WaitForTime {
  /** A time of the day on which the data interval ends, `09:30`; a date; or a duration after the end of the data interval. Templates allowed. */
  until: string | Date
}

export interface WaitForDag {
  /** The DAG whose run of the same logical date must succeed. */
  dag: string
  /** Only this task of it. */
  task?: string
  /** How much earlier the logical date of that run is. Default: 0s. */
  offset?: Duration
}

export interface WaitForHttp {
  /** Address that is asked every `pokeInterval`. Templates allowed. */
  http: string
  /** Default: GET. */
  method?: 'GET' | 'HEAD' | 'POST'
  /** Templates allowed in values. */
  headers?: Readonly<Record<string, string>>
  /** Status codes that end the wait. Default: any from 200 to 299. */
  status?: number | readonly number[]
  /** Text that the answer must contain, besides. Templates allowed. */
  contains?: string
}

export interface WaitForEvent {
  /** Name of an event that is posted from outside; its payload becomes the task's result. Templates allowed. */
  event: string
}

export interface TriggerOptions {
  /** The DAG of which a run is started. */
  dag: string
  /** Its params. Templates allowed in texts, also nested ones; a text that is nothing but one `{{ … }}` keeps the type of its value. */
  params?: Readonly<Record<string, unknown>>
  /** Whether the task ends with that run, and as it does, instead of at once. Default: false. */
  wait?: boolean
}
