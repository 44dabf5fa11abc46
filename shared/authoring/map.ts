/** What a task can be mapped over. A text is the id of a task or `params.name`. */
export type MapOver<Task> = Task | string | readonly unknown[]

export interface MapLimits {
  /** Most instances it may become; more fail it. Default: 1000, at most 10,000. */
  limit?: number
  /** Instances of one run that may be active at once. Default: no limit. */
  maxActive?: number
}

export interface MapOptions<Task> extends MapLimits {
  /** One source, or several by name: then every combination is an item, `{{ item.name }}`. */
  over: MapOver<Task> | Readonly<Record<string, MapOver<Task>>>
}

/** The map with tasks replaced by their ids. What is none is left for the checks to refuse. */
export function plainMap(map: unknown, idOf: (value: unknown) => unknown): unknown {
  const source = idOf(map)
  if (!isPlain(source) || !('over' in source)) return source
  const over = idOf(source.over)
  return { ...source, over: isPlain(over) ? Object.fromEntries(Object.entries(over).map(([name, axis]) => [name, idOf(axis)])) : over }
}

/** The texts of such a map: ids of tasks and names of params. */
export function textsOf(map: unknown): string[] {
  if (!isPlain(map)) return typeof map === 'string' ? [map] : []
  const { over } = map
  return (isPlain(over) ? Object.values(over) : [over]).filter(text => typeof text === 'string')
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && (Object.getPrototypeOf(value) as unknown) === Object.prototype
