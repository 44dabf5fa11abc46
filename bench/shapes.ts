/** The DAG shapes of Airflow's own scheduler benchmark: each gives the upstream tasks of task `i` of `n`. */
export const SHAPES = {
  no_structure: () => [],
  linear: (i: number) => (i === 0 ? [] : [i - 1]),
  binary_tree: (i: number) => (i === 0 ? [] : [Math.floor((i - 1) / 2)]),
  star: (i: number) => (i === 0 ? [] : [0]),
  /** Levels of growing width, each task after its two neighbours one level up. */
  grid: (i: number) => {
    const level = Math.floor((Math.sqrt(8 * i + 1) - 1) / 2)
    if (level === 0) return []
    const first = (level * (level + 1)) / 2
    const above = (level * (level - 1)) / 2
    const position = i - first
    return [position - 1, position].filter(p => p >= 0 && p < level).map(p => above + p)
  },
} as const satisfies Record<string, (i: number, n: number) => readonly number[]>

export type Shape = keyof typeof SHAPES

/** One YAML document per DAG. */
export function dagFile(shape: Shape, dags: number, tasks: number): string {
  const documents = Array.from({ length: dags }, (_, d) => {
    const lines = Array.from({ length: tasks }, (_, i) => `  t${i}: { image: none, after: [${SHAPES[shape](i).map(up => `t${up}`).join(', ')}] }`)
    return [`dag: ${shape}_${d}`, 'schedule: null', 'maxActiveTasks: 1000', 'tasks:', ...lines, ''].join('\n')
  })
  return documents.join('---\n')
}
