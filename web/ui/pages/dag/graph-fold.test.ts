import { describe, expect, it } from 'vitest'
import { WORST_FIRST as SERVER_ORDER } from '../../../../shared/views/worst-first.js'
import { foldGraph, WORST_FIRST } from './graph-fold.js'

type Graph = Parameters<typeof foldGraph>[0]
const task = (id: string, group: string | null, state: Graph['nodes'][number]['state'] = null, counts: Graph['nodes'][number]['counts'] = null): Graph['nodes'][number] =>
  ({ id, label: id, kind: 'empty', group, mapped: counts !== null, triggerRule: 'all_success', branch: false, state, counts })

const GRAPH: Graph = {
  nodes: [task('a', null, 'success'), task('g.b', 'g', 'success'), task('g.h.c', 'g.h', 'failed', { failed: 1, success: 3 }), task('g', null, 'none')],
  groups: [{ id: 'g', label: 'g', parent: null }, { id: 'g.h', label: 'h', parent: 'g' }],
  edges: [['a', 'g.b'], ['a', 'g.h.c'], ['g.b', 'g.h.c'], ['g.h.c', 'g'], ['g.b', 'g']],
}

describe('a folded group', () => {
  it('stands for all that is in it, and its edges for all that lead in and out, once', () => {
    const { tasks, folded, groups, edges } = foldGraph(GRAPH, new Set(['g', 'g.h']))
    expect(tasks.map(({ id }) => id), 'a task may be called like a group').toEqual(['a', 'g'])
    expect(folded).toEqual([{ id: 'folded:g', label: 'g', group: null, tasks: 2, state: 'failed', counts: { success: 4, failed: 1 } }])
    expect(groups).toEqual([])
    expect(edges).toEqual([['a', 'folded:g'], ['folded:g', 'g']])
  })

  it('may be within one that is open', () => {
    const { tasks, folded, groups, edges } = foldGraph(GRAPH, new Set(['g.h']))
    expect(tasks.map(({ id }) => id)).toEqual(['a', 'g.b', 'g'])
    expect(folded).toMatchObject([{ id: 'folded:g.h', group: 'g', tasks: 1 }])
    expect(groups.map(({ id }) => id)).toEqual(['g'])
    expect(edges).toHaveLength(5)
  })

  it('has the state that the server would give it', () => expect(WORST_FIRST).toEqual(SERVER_ORDER))
})
