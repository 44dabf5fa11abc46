import { Liquid, type Template } from 'liquidjs'
import { DateTime } from 'luxon'

/**
 * Rendering holds up the scheduler, and an honest template takes microseconds. The memory limit ends a loop over a billion
 * numbers almost at once; the time limit is wide, because a pause of the whole process must not fail an innocent task.
 */
const RENDER_LIMIT_MS = 100
const MEMORY_LIMIT = 4_000_000
const CACHED_TEMPLATES = 5_000

/** Tags that read other templates: there are none to read. */
const FILE_TAGS = ['include', 'render', 'layout', 'block'] as const

function createEngine(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    // Only where a template asks whether there is something: in conditions and before the filter `default`.
    lenientIf: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // An in-memory set of partials instead of the file system.
    templates: {},
    // The date filter keeps the zone of its input; without these two it would use the host's.
    preserveTimezones: true,
    timezoneOffset: 0,
    renderLimit: RENDER_LIMIT_MS,
    memoryLimit: MEMORY_LIMIT,
    outputEscape: value => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')),
  })
  for (const tag of FILE_TAGS) delete engine.tags[tag]
  engine.registerFilter('ds_add', (date: unknown, days: unknown) => {
    const moved = DateTime.fromISO(String(date), { zone: 'UTC' }).plus({ days: Number(days) })
    if (!moved.isValid) throw new TypeError(`ds_add needs a date and a number of days, not '${String(date)}' and '${String(days)}'`)
    return moved.toISODate()
  })
  return engine
}

const engine = createEngine()
const parsed = new Map<string, Template[]>()

export const isTemplate = (text: string): boolean => text.includes('{{') || text.includes('{%')

/** Parsing costs a hundred times a rendering, and the same texts come with every run. */
function parse(text: string): Template[] {
  let template = parsed.get(text)
  if (template) return template
  template = engine.parse(text)
  if (parsed.size >= CACHED_TEMPLATES) parsed.delete(parsed.keys().next().value as string)
  parsed.set(text, template)
  return template
}

/** @throws the engine's error when the text is not a template or names something that the scope does not have */
export const renderText = (text: string, scope: Readonly<Record<string, unknown>>): string => String(engine.renderSync(parse(text), scope))

const ONE_OUTPUT = /^\{\{-?((?:[^{}'"]|'[^']*'|"[^"]*")*?)-?\}\}$/

/** The same, except that a text which is nothing but one `{{ … }}` keeps the type of its value: a list stays a list. */
export function renderValue(text: string, scope: Readonly<Record<string, unknown>>): unknown {
  const [, expression] = ONE_OUTPUT.exec(text.trim()) ?? []
  if (expression === undefined) return renderText(text, scope)
  const value: unknown = engine.evalValueSync(expression, scope)
  // As JSON would have it: what filters can return besides has no place in the params of a run.
  return JSON.parse(JSON.stringify(value ?? null)) as unknown
}

/** The variables that the text takes from outside, each as its path: `params.region` is ['params', 'region']. */
export const variablesOf = (text: string): readonly (readonly unknown[])[] => engine.globalVariableSegmentsSync(parse(text), { partials: false })
