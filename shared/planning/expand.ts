import type { MapSource, MapSpec } from '../dag/model.js'

/** JSON of all items of one map together; a product of large lists must not fill the memory of a scheduler. */
const MAX_ITEMS_BYTES = 8 * 1024 * 1024

export type Expansion =
  /** JSON text of each item. */
  | { readonly ok: true; readonly items: readonly string[] }
  | { readonly ok: false; readonly problem: string }

/** Looks up what a map goes over; undefined when there is nothing. */
export type ValueOf = (source: MapSource) => unknown

/** The items of a map. Pure. What cannot be mapped over is told in a sentence for the author. */
export function expand({ axes, limit }: MapSpec, valueOf: ValueOf): Expansion {
  const lists: (readonly unknown[])[] = []
  for (const { source } of axes) {
    const value = valueOf(source)
    if (!Array.isArray(value)) return fail(`cannot map over ${nameOf(source)}: it is ${kindOf(value)}, not a list`)
    lists.push(value)
  }
  const count = lists.reduce((product, list) => product * list.length, 1)
  if (count > limit) return fail(`${axes.map(({ source }, axis) => `${nameOf(source)} has ${lists[axis]?.length ?? 0} elements`).join(', ')}${axes.length > 1 ? `, which make ${count} combinations` : ''}; the limit of the map is ${limit}`)
  const items: string[] = []
  let bytes = 0
  for (let index = 0; index < count; index += 1) {
    const item = JSON.stringify(itemAt(axes, lists, index)) ?? 'null'
    bytes += item.length
    if (bytes > MAX_ITEMS_BYTES) return fail(`the items of the map take more than ${MAX_ITEMS_BYTES / 1024 / 1024} MiB`)
    items.push(item)
  }
  return { ok: true, items }
}

const fail = (problem: string): Expansion => ({ ok: false, problem: `LS_MAP: ${problem}` })

/** The last axis changes fastest. */
function itemAt(axes: MapSpec['axes'], lists: readonly (readonly unknown[])[], index: number): unknown {
  if (axes.length === 1 && axes[0]?.name === null) return lists[0]?.[index]
  const item: Record<string, unknown> = {}
  let rest = index
  for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
    const list = lists[axis] as readonly unknown[]
    item[axes[axis]?.name ?? String(axis)] = list[rest % list.length]
    rest = Math.floor(rest / list.length)
  }
  return Object.fromEntries(axes.map(({ name }, axis) => [name ?? String(axis), item[name ?? String(axis)]]))
}

function nameOf(source: MapSource): string {
  switch (source.kind) {
    case 'task': return `the result of '${source.task}'`
    case 'param': return `params.${source.param}`
    case 'list': return 'the list'
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
