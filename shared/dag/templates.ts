import { LongshoreError } from '../errors.js'
import type { TaskContext } from './context.js'
import type { KeyPath } from './draft.js'
import { didYouMean } from './field.js'
import type { TaskSpec } from './model.js'
import { pathText } from './problems.js'
import { isTemplate, renderText, renderValue, variablesOf } from './template-engine.js'
import { templateScope, TEMPLATE_NAMES } from './template-scope.js'

/** The parts of a task in which templates are rendered. */
export type RenderedTask = Pick<TaskSpec, 'image' | 'command' | 'entrypoint' | 'env' | 'mounts' | 'workdir' | 'labels'>

/** Calls `change` with every text that may be a template and its place in the task, and returns the task made of the answers. */
export function mapTemplates(task: RenderedTask, change: (text: string, path: KeyPath) => string): RenderedTask {
  const list = (key: string, texts: readonly string[] | null) => texts && texts.map((text, index) => change(text, [key, index]))
  const values = (key: string, map: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(map).map(([name, text]) => [name, change(text, [key, name])]))
  return {
    image: task.image && change(task.image, ['image']),
    entrypoint: list('entrypoint', task.entrypoint),
    command: list('command', task.command),
    env: values('env', task.env),
    mounts: task.mounts.map((mount, index) => ({
      source: change(mount.source, ['mounts', index]), target: change(mount.target, ['mounts', index]), readOnly: mount.readOnly,
    })),
    workdir: task.workdir && change(task.workdir, ['workdir']),
    labels: values('labels', task.labels),
  }
}

/**
 * The task as it is sent to a worker, with every template replaced.
 * @throws LongshoreError LS_TEMPLATE that names the task and the place
 */
export const renderTask = (task: TaskSpec, context: TaskContext): RenderedTask => mapTemplates(task, textRenderer(context))

/** Replaces the templates of one task instance in a text. */
export const textRenderer = (context: TaskContext): ((text: string, path: KeyPath) => string) => rendererOf(context, renderText)

/** The same where any value may stand: a text that is nothing but one `{{ … }}` becomes its value. */
export const valueRenderer = (context: TaskContext): ((text: string, path: KeyPath) => unknown) => rendererOf<unknown>(context, renderValue)

type Scope = ReturnType<typeof templateScope>

function rendererOf<T>(context: TaskContext, render: (text: string, scope: Scope) => T): (text: string, path: KeyPath) => T | string {
  let scope: Scope | undefined
  return (text, path) => {
    if (!isTemplate(text)) return text
    try {
      return render(text, (scope ??= templateScope(context)))
    } catch (error) {
      throw templateError(context, path, `${reason(error)} in '${text}'`, error)
    }
  }
}

export const templateError = ({ dag, task }: TaskContext, path: KeyPath, message: string, cause?: unknown): LongshoreError =>
  new LongshoreError('LS_TEMPLATE', `'${pathText(path)}' on task '${task}' of DAG '${dag}': ${message}`, { cause })

export interface TemplateNames {
  readonly params: Iterable<string>
  /** Tasks upstream that have `result: true`. */
  readonly results: Iterable<string>
  /** What is known of `item`: the names of its axes, none when it may be anything; null when the task is not mapped. */
  readonly item: { readonly axes: readonly string[] } | null
}

/** What is wrong with a template as far as it can be known before a run; empty when nothing is. */
export function checkTemplate(text: string, names: TemplateNames): string[] {
  if (!isTemplate(text)) return []
  try {
    const problems = variablesOf(text).map(path => variableProblem(path, names)).filter(problem => problem !== null)
    return [...new Set(problems)].map(problem => `${problem} in '${text}'`)
  } catch (error) {
    return [`${reason(error)} in '${text}'`]
  }
}

function variableProblem([root, member]: readonly unknown[], names: TemplateNames): string | null {
  if (!TEMPLATE_NAMES.includes(root as string)) return `unknown name '${String(root)}'${didYouMean(String(root), TEMPLATE_NAMES)}`
  if (root === 'item' && names.item === null) return "'item' is known in mapped tasks only, and this one has no 'map'"
  if (typeof member !== 'string') return null
  if (root === 'item') {
    const { axes = [] } = names.item ?? {}
    return axes.length === 0 || axes.includes(member) ? null : `unknown axis '${member}' of the item${didYouMean(member, axes)}`
  }
  if (root === 'params') {
    const params = [...names.params]
    return params.includes(member) ? null : `unknown param '${member}'${didYouMean(member, params)}`
  }
  if (root === 'results') {
    const results = [...names.results]
    if (results.includes(member)) return null
    const grouped = results.find(name => name.startsWith(`${member}.`))
    if (grouped !== undefined) return `a task in a group is written results['${grouped}']`
    return `'${member}' is not a task upstream with result: true${didYouMean(member, results)}`
  }
  return null
}

/** The engine's message without the lines of source that it appends. */
const reason = (error: unknown): string => (error instanceof Error ? error.message.split('\n', 1)[0] ?? '' : String(error)).replace(/, line:\d+, col:\d+$/, '')
