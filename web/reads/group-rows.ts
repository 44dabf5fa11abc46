import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import type { GridRow } from '../schemas/grid.js'

interface Group {
  readonly id: string
  /** Groups and tasks, in the order in which they come first. */
  readonly members: Map<string, Group | { readonly task: TaskSpec; readonly gone: boolean }>
}

/** Ids of the groups of a task, outermost first: `a` and `a.b` of `a.b.c`. */
export const groupsOf = (id: string): string[] => id.split('.').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('.'))

/**
 * The tasks of the newest version and those that only earlier ones have, each group before its members. A task keeps its
 * own row when a group is called like it. Pure.
 */
export function groupRows(newest: DagSpec, earlier: readonly DagSpec[]): GridRow[] {
  const root: Group = { id: '', members: new Map() }
  const seen = new Set<string>()
  for (const [spec, gone] of [[newest, false] as const, ...earlier.map(spec => [spec, true] as const)]) {
    for (const task of spec.tasks) {
      if (seen.has(task.id)) continue
      seen.add(task.id)
      place(root, task, gone)
    }
  }
  const rows: GridRow[] = []
  flatten(root, -1, rows)
  return rows
}

function place(root: Group, task: TaskSpec, gone: boolean): void {
  let group = root
  for (const id of groupsOf(task.id)) {
    const key = `group ${id}`
    let inner = group.members.get(key) as Group | undefined
    if (inner === undefined) group.members.set(key, (inner = { id, members: new Map() }))
    group = inner
  }
  group.members.set(task.id, { task, gone })
}

function flatten({ id: groupId, members }: Group, parent: number, rows: GridRow[]): void {
  const labelOf = (id: string): string => (groupId === '' ? id : id.slice(groupId.length + 1))
  for (const member of members.values()) {
    if ('task' in member) {
      const { task, gone } = member
      rows.push({ id: task.id, label: labelOf(task.id), kind: task.kind, parent, mapped: task.map !== null, gone })
    } else {
      rows.push({ id: member.id, label: labelOf(member.id), kind: 'group', parent, mapped: false, gone: false })
      flatten(member, rows.length - 1, rows)
    }
  }
}
