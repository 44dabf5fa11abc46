import { waitUntil } from '../time/wait-until.js'
import type { TaskContext } from './context.js'
import type { KeyPath } from './draft.js'
import type { TriggerSpec, WaitSpec } from './model.js'
import { templateError, textRenderer, valueRenderer } from './templates.js'
import { AN_EVENT_NAME, isEventName, isWebAddress } from './wait-fields.js'

type Change<T> = (text: string, path: KeyPath) => T

/** Calls `change` with every text of a wait that may be a template, and returns the wait made of the answers. */
export function mapWaitTexts(wait: WaitSpec, change: Change<string>): WaitSpec {
  switch (wait.kind) {
    case 'time': return { ...wait, until: change(wait.until, ['wait', 'until']) }
    case 'dag': return wait
    case 'event': return { ...wait, event: change(wait.event, ['wait', 'event']) }
    case 'http': return {
      ...wait,
      url: change(wait.url, ['wait', 'http']),
      headers: Object.fromEntries(Object.entries(wait.headers).map(([name, text]) => [name, change(text, ['wait', 'headers', name])])),
      contains: wait.contains === null ? null : change(wait.contains, ['wait', 'contains']),
    }
  }
}

/** The same for what a trigger hands over; an answer may be any value, which takes the place of the text. */
export function mapTriggerTexts(trigger: TriggerSpec, change: Change<unknown>): TriggerSpec {
  return { ...trigger, params: mapTexts(trigger.params, ['trigger', 'params'], change) as TriggerSpec['params'] }
}

function mapTexts(value: unknown, path: KeyPath, change: Change<unknown>): unknown {
  if (typeof value === 'string') return change(value, path)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((part, index) => mapTexts(part, [...path, index], change))
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapTexts(part, [...path, key], change)]))
}

/**
 * What one task instance waits for, with every template replaced.
 * @throws LongshoreError LS_TEMPLATE that names the task and the place, also when what came out cannot be waited for
 */
export function renderWait(wait: WaitSpec, context: TaskContext): WaitSpec {
  const rendered = mapWaitTexts(wait, textRenderer(context))
  const problem = waitProblem(rendered, context)
  if (problem !== null) throw templateError(context, ['wait', ...problem.at], problem.message)
  return rendered
}

function waitProblem(wait: WaitSpec, context: TaskContext): { readonly at: KeyPath; readonly message: string } | null {
  if (wait.kind === 'http') return httpProblem(wait)
  if (wait.kind === 'event' && !isEventName(wait.event)) return { at: ['event'], message: `'${wait.event.slice(0, 100)}' is not ${AN_EVENT_NAME}` }
  if (wait.kind !== 'time') return null
  try {
    waitUntil(wait.until, context)
    return null
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { at: ['until'], message: error.message }
  }
}

function httpProblem({ url, headers }: Extract<WaitSpec, { kind: 'http' }>): { readonly at: KeyPath; readonly message: string } | null {
  if (!isWebAddress(url)) return { at: ['http'], message: `'${url}' is not an address that begins with http:// or https://` }
  const broken = Object.keys(headers).find(name => /[\r\n]/.test(headers[name] as string))
  return broken === undefined ? null : { at: ['headers', broken], message: 'a header must be one line' }
}

/**
 * The run that one task instance starts, with every template replaced. A value that is nothing but one `{{ … }}` keeps its
 * type: a number of a param or an item arrives as a number.
 * @throws LongshoreError LS_TEMPLATE that names the task and the place
 */
export const renderTrigger = (trigger: TriggerSpec, context: TaskContext): TriggerSpec => mapTriggerTexts(trigger, valueRenderer(context))
