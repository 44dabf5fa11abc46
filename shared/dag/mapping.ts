import { didYouMean } from './field.js'
import { HIGHEST_MAP_LIMIT, type MapDraft } from './map-fields.js'
import type { MapSource, MapSpec, ParamSpec } from './model.js'
import { pathText, type Problems, type Subject } from './problems.js'

/** What a map can be over, besides lists. */
export interface Mappable {
  readonly tasks: ReadonlySet<string>
  readonly params: Readonly<Record<string, ParamSpec>>
}

/** The map with its texts resolved; what cannot be resolved becomes a problem and an empty list. */
export function resolveMap(draft: MapDraft, known: Mappable, subject: Subject, problems: Problems): MapSpec {
  const axes = draft.axes.map(({ name, given, path }) => {
    const found = typeof given === 'string' ? named(given, known) : { kind: 'list', values: given } as const
    if (typeof found !== 'string') return { name, source: found }
    problems.add(subject, path, `'${pathText(path)}' on ${subject.name} ${found}`)
    return { name, source: { kind: 'list', values: [] } as const }
  })
  const map = { axes, limit: draft.limit, maxActive: draft.maxActive }
  const items = literalItems(map)
  if (items > map.limit) {
    const what = axes.length === 1 ? `has ${items} items` : `makes ${items} combinations`
    problems.add(subject, ['map'], `'map' on ${subject.name} ${what}, more than its limit of ${map.limit}; make them fewer, or raise 'limit', at most to ${HIGHEST_MAP_LIMIT}`)
  }
  return map
}

/** The ids of the tasks whose results a task is mapped over. */
export const mappedTasks = (map: MapSpec | null): string[] => (map?.axes ?? []).flatMap(({ source }) => (source.kind === 'task' ? [source.task] : []))

/** The source that a text names, or what is wrong with it. A task's id comes first: ids may look like anything. */
function named(text: string, { tasks, params }: Mappable): MapSource | string {
  if (tasks.has(text)) return { kind: 'task', task: text }
  if (!text.startsWith('params.')) return `is over '${text}', which is not a task of this DAG${didYouMean(text, tasks) || '; a param is written params.NAME'}`
  const param = text.slice('params.'.length)
  const spec = Object.hasOwn(params, param) ? params[param] : undefined
  if (!spec) return `is over param '${param}', which the DAG does not have${didYouMean(param, Object.keys(params))}`
  return spec.type === 'array' ? { kind: 'param', param } : `is over param '${param}', which is of type ${spec.type}; only an array can be mapped over`
}

/** How many items the literal lists alone make. */
const literalItems = ({ axes }: Pick<MapSpec, 'axes'>): number =>
  axes.reduce((product, { source }) => (source.kind === 'list' ? product * source.values.length : product), axes.some(({ source }) => source.kind === 'list') ? 1 : 0)
