import fc from 'fast-check'
import { expect, it } from 'vitest'
import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec } from '../../shared/dag/model.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { chooseInstances, chooseTasks, EVERY_TASK, refuseUnknownTasks } from '../../shared/operations/selection.js'
import type { TaskState } from '../../shared/states/task-instance.js'

/** Tasks t0, t1, …, each after some of those before it. */
const graphs = fc.integer({ min: 1, max: 12 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => fc.subarray(Array.from({ length: i }, (__, j) => `t${j}`)))))
  .map(edges => graphOf({ tasks: edges.map((after, i) => ({ id: `t${i}`, after })) } as unknown as DagSpec))

/** By walking every path, as slowly as it is plain. */
function leadsTo(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  return (edges.get(from) ?? []).some(next => next === to || leadsTo(edges, next, to))
}

it('chooses the tasks named, and exactly what a path leads to or from', () => {
  fc.assert(fc.property(graphs, fc.infiniteStream(fc.boolean()), fc.boolean(), fc.boolean(), (graph, coins, upstream, downstream) => {
    const ids = [...graph.tasks.keys()]
    const named = ids.filter(() => coins.next().value as boolean)
    if (named.length === 0) named.push(ids[0] as string)
    const expected = ids.filter(id => named.includes(id) || (downstream && named.some(name => leadsTo(graph.downstream, name, id))) || (upstream && named.some(name => leadsTo(graph.downstream, id, name))))
    expect([...chooseTasks(graph, { ...EVERY_TASK, tasks: named, upstream, downstream })].sort()).toEqual(expected.sort())
  }))
})

const graph = graphOf({ tasks: [{ id: 'load.a', after: [] }, { id: 'load.b', after: ['load.a'] }, { id: 'end', after: ['load.b'] }] } as unknown as DagSpec)
const row = (task_id: string, state: TaskState, map_index = -1, is_removed = 0) => ({ task_id, state, map_index, is_removed }) as TaskInstanceRow

it('takes the id of a group for its tasks, and names what no version has', () => {
  expect([...chooseTasks(graph, { ...EVERY_TASK, tasks: ['load'] })]).toEqual(['load.a', 'load.b'])
  expect(() => { refuseUnknownTasks([graph], { ...EVERY_TASK, tasks: ['lod'] }) }).toThrow(/did you mean .load./)
  expect(() => { refuseUnknownTasks([graph], { ...EVERY_TASK, tasks: ['load', 'end'] }) }).not.toThrow()
})

it('of what failed takes no success, of a map only the index asked for, and never what was removed', () => {
  const rows = [row('load.a', 'failed', 0), row('load.a', 'success', 1), row('load.a', 'skipped', 2, 1), row('load.b', 'upstream_failed'), row('end', 'cancelled')]
  expect(chooseInstances(graph, { ...EVERY_TASK, failed: true }, rows)).toEqual([rows[0], rows[3], rows[4]])
  expect(chooseInstances(graph, { ...EVERY_TASK, tasks: ['load.a'], mapIndex: 1, downstream: true }, rows)).toEqual([rows[1], rows[3], rows[4]])
  expect(chooseInstances(graph, EVERY_TASK, rows)).toHaveLength(4)
})
