import { describe, expect, it } from 'vitest'
import { graphOf, reachable } from './graph.js'
import type { DagSpec } from './model.js'
import { renderDag } from './render.js'
import { parseYamlDags } from './yaml.js'

const dag = (tasks: string): DagSpec => {
  const { versions, problems } = parseYamlDags(`dag: team.load\ndefaults: { image: i }\ntasks:\n${tasks}`, 'f.yaml')
  if (!versions[0]) throw new Error(JSON.stringify(problems))
  return versions[0].spec
}
const diamond = dag('  a:\n  b: { after: a }\n  c: { after: a }\n  d: { after: [b, c], triggerRule: all_done }\n  e:\n')

describe('the graph of a DAG', () => {
  it('answers who waits for whom', () => {
    const graph = graphOf(diamond)
    expect(graph.upstream.get('d')).toEqual(['b', 'c'])
    expect(graph.downstream.get('a')).toEqual(['b', 'c'])
    expect([graph.roots, graph.leaves]).toEqual([['a', 'e'], ['d', 'e']])
    expect([...reachable(graph.downstream, ['a'])].sort()).toEqual(['b', 'c', 'd'])
    expect([...reachable(graph.upstream, ['d'])].sort()).toEqual(['a', 'b', 'c'])
  })

  it('is built once per specification', () => {
    expect(graphOf(diamond)).toBe(graphOf(diamond))
  })
})

describe('the drawing of a DAG', () => {
  it('shows levels, arrows and unusual trigger rules', () => {
    expect(renderDag(diamond)).toBe([
      'team.load: 5 tasks in 3 levels', '', 'level 1', '  a', '  e', '', 'level 2', '  b  ← a', '  c  ← a', '', 'level 3', '  d  ← b, c  [all_done]',
    ].join('\n'))
  })

  it('marks what is mapped, chooses, or is done by the scheduler', () => {
    const tasks = '  list: { result: true, shortCircuit: true }\n  load: { map: list, triggerRule: all_done }\n  pick: { branch: true, after: load }\n  hold: { wait: { event: x } }\n  go: { trigger: other, after: pick }\n  end: { kind: empty, after: go }\n'
    expect(renderDag(dag(tasks))).toBe([
      'team.load: 6 tasks in 5 levels', '', 'level 1', '  hold  [wait]', '  list  [short-circuit]', '', 'level 2', '  load[]  ← list  [all_done]',
      '', 'level 3', '  pick    ← load  [branch]', '', 'level 4', '  go      ← pick  [trigger]', '', 'level 5', '  end     ← go  [empty]',
    ].join('\n'))
  })

  it('stays readable when a task waits for fifty', () => {
    const names = Array.from({ length: 50 }, (_, n) => `partition_${n}`)
    const lines = renderDag(dag([...names.map(name => `  ${name}:`), `  last: { after: [${names.join(', ')}] }`].join('\n'))).split('\n')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(110)
    expect(lines.at(-1)).toMatch(/ {2}last .*← partition_0, partition_1, .* and \d+ more$/)
  })
})
