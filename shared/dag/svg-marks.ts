import type { MapSource, TaskSpec, WaitSpec } from './model.js'
import { shorten } from './svg-text.js'

/** What is written in the box of a task, as lists of short texts: nothing here is escaped or placed yet. */
export interface TaskText {
  readonly name: string
  /** What it runs or waits for, in one line. */
  readonly what: string
  /** What is not as usual: trigger rule, mapping, branch … */
  readonly marks: readonly string[]
}

/** @param prefix what the box around the task says already, `group.` or nothing */
export function textOf(task: TaskSpec, prefix: string): TaskText {
  return { name: shorten(task.id.slice(prefix.length)), what: shorten(whatOf(task)), marks: marksOf(task).map(mark => shorten(mark)) }
}

/** The whole of it, for a reader who points at the box. */
export const titleOf = (task: TaskSpec): string => [task.id, whatOf(task), ...marksOf(task)].join('\n')

function whatOf(task: TaskSpec): string {
  switch (task.kind) {
    case 'container': return task.image ?? 'container'
    case 'process': return 'process'
    case 'empty': return 'empty'
    case 'wait': return task.wait === null ? 'wait' : waitText(task.wait)
    case 'trigger': return task.trigger === null ? 'trigger' : `runs ${task.trigger.dag}${task.trigger.wait ? ' and waits' : ''}`
  }
}

function waitText(wait: WaitSpec): string {
  switch (wait.kind) {
    case 'time': return `until ${wait.until}`
    case 'dag': return `for ${wait.dag}${wait.task === null ? '' : ` / ${wait.task}`}`
    case 'http': return `for ${wait.method} ${withoutSecrets(wait.url)}`
    case 'event': return `for event ${wait.event}`
  }
}

/** A drawing is passed round: what a URL carries as user or query stays out of it. */
const withoutSecrets = (url: string): string => url.replace(/[?#].*$/s, '').replace(/^(\w+:\/\/)[^/]*@/, '$1')

function marksOf(task: TaskSpec): string[] {
  return [
    ...(task.triggerRule === 'all_success' ? [] : [task.triggerRule]),
    ...(task.map === null ? [] : [`mapped over ${task.map.axes.map(({ source }) => sourceText(source)).join(' × ')}`]),
    ...(task.branch ? ['branch'] : []),
    ...(task.shortCircuit ? ['short-circuit'] : []),
    ...(task.waitForDownstream ? ['needs its past and what followed'] : task.dependsOnPast ? ['needs its past'] : []),
    ...task.outlets.map(asset => `updates ${asset}`),
  ]
}

function sourceText(source: MapSource): string {
  switch (source.kind) {
    case 'task': return source.task
    case 'param': return `params.${source.param}`
    case 'list': return `${source.values.length} values`
  }
}
