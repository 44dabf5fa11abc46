import { endOf, resultOf, type ModelDag, type ModelTask } from './graph.js'
import { RULES, type End } from './rules.js'

/**
 * The reference: what may become of a run, worked out from Airflow's documentation and code with none of the scheduler's.
 *
 * Tasks are settled one after the other, upstream first. Rules such as one_success decide before everything upstream has
 * ended, so the answer can depend on the order of ends: a task after a skip and a failure is skipped or upstream_failed,
 * whichever comes first. So for each task every order of the ends that it can see is tried, as far as these ends do not
 * themselves wait for one another, and each answer that differs makes another world.
 */
export interface Outcome {
  readonly run: 'success' | 'failed'
  /** By task, the ends of its instances; `key` of a task that was not expanded has no brackets. */
  readonly key: string
}

/** What became of a task in one world. */
interface Fate {
  readonly isExpanded: boolean
  /** Whether a worker (or, for an empty task, the scheduler) did it. */
  readonly ran: boolean
  readonly ends: readonly End[]
  /** Events that are certain to come before any end of it. */
  readonly before: ReadonlySet<string>
}

type Decision = Omit<Fate, 'before'>

type World = ReadonlyMap<string, Fate>

/** Ends of instances of one task in one state: the first of them, or all the others together. */
interface Event {
  readonly name: string
  readonly task: string
  readonly end: End
  readonly count: number
  /** The event that comes before it or in the same moment. */
  readonly notBefore: string | null
  readonly before: ReadonlySet<string>
}

/** More than this many worlds or orders are not tried: the DAG is no good as an example. */
export class TooManyWays extends Error {}
const MOST_WORLDS = 500
const MOST_EVENTS = 9

export function outcomes(dag: ModelDag): ReadonlyMap<string, Outcome> {
  let worlds: World[] = [new Map()]
  for (const task of dag.tasks) {
    worlds = worlds.flatMap(world => fates(dag, task, world).map(fate => new Map([...world, [task.id, fate]])))
    if (worlds.length > MOST_WORLDS) throw new TooManyWays()
  }
  return new Map(worlds.map(world => outcomeOf(dag, world)).map(outcome => [outcome.key, outcome]))
}

function outcomeOf({ tasks }: ModelDag, world: World): Outcome {
  const waitedFor = new Set(tasks.flatMap(({ after }) => after))
  const leaves = tasks.filter(({ id }) => !waitedFor.has(id)).flatMap(({ id }) => fateOf(world, id).ends)
  const run = leaves.some(end => end === 'failed' || end === 'upstream_failed') ? 'failed' : 'success'
  return { run, key: keyOf(run, tasks.map(({ id }) => [id, fateOf(world, id).isExpanded, fateOf(world, id).ends])) }
}

export const keyOf = (run: string, tasks: readonly (readonly [string, boolean, readonly string[]])[]): string =>
  [...tasks.map(([id, isExpanded, ends]) => `${id}=${isExpanded ? `[${ends.join()}]` : ends.join()}`), `run=${run}`].join(' ')

const fateOf = (world: World, task: string): Fate => world.get(task) as Fate

/** Every fate that a task can have after these of the others. */
function fates(dag: ModelDag, task: ModelTask, world: World): Fate[] {
  const events = visibleEvents(dag, task, world)
  if (events.length > MOST_EVENTS) throw new TooManyWays()
  const found = new Map<string, { readonly fate: Decision; readonly before: Set<string> }>()
  const seen = new Set<number>()
  const open = [0]
  for (let cut = open.pop(); cut !== undefined; cut = open.pop()) {
    if (seen.has(cut)) continue
    seen.add(cut)
    const past = events.filter((_, index) => ((cut as number) >> index) % 2 === 1)
    const decisions = decided(dag, task, world, past)
    if (decisions === null) open.push(...nextCuts(events, cut))
    const before = new Set(past.flatMap(event => [event.name, ...event.before]))
    for (const fate of decisions ?? []) {
      const known = found.get(JSON.stringify(fate))
      found.set(JSON.stringify(fate), { fate, before: known === undefined ? before : new Set([...known.before].filter(name => before.has(name))) })
    }
  }
  return [...found.values()].map(({ fate, before }) => ({ ...fate, before }))
}

/** The events that a task looks at: the ends upstream, and short circuits anywhere above. */
function visibleEvents({ tasks }: ModelDag, task: ModelTask, world: World): Event[] {
  const above = ancestors(tasks, task)
  return tasks.filter(({ id }) => above.has(id)).flatMap(other => eventsOf(other.id, fateOf(world, other.id))
    .filter(event => task.after.includes(other.id) || breaksCircuit(other, world, event)))
}

function eventsOf(task: string, { ends, before }: Fate): Event[] {
  return [...new Set(ends)].flatMap(end => {
    const count = ends.filter(other => other === end).length
    const first: Event = { name: `${task}:${end}`, task, end, count: 1, notBefore: null, before }
    return count === 1 ? [first] : [first, { ...first, name: `${task}:${end}:others`, count: count - 1, notBefore: first.name }]
  })
}

function ancestors(tasks: readonly ModelTask[], { after }: ModelTask): Set<string> {
  return new Set([...after, ...tasks.filter(({ id }) => after.includes(id)).flatMap(up => [...ancestors(tasks, up)])])
}

/** All that can have happened next, in one moment: any of the events whose own conditions are past. */
function nextCuts(events: readonly Event[], cut: number): number[] {
  const bits = new Map(events.map(({ name }, index) => [name, 1 << index]))
  const holds = (past: number, name: string): boolean => !bits.has(name) || (past & (bits.get(name) as number)) !== 0
  const ready = events.filter(event => !holds(cut, event.name) && [...event.before].every(name => holds(cut, name)))
  return ready.reduce<number[]>((cuts, { name }) => [...cuts, ...cuts.map(other => other | (bits.get(name) as number))], [cut])
    .filter(next => next !== cut && events.every(({ name, notBefore }) => notBefore === null || !holds(next, name) || holds(next, notBefore)))
}

const breaksCircuit = ({ id, isShortCircuit }: ModelTask, world: World, { task, end }: Event): boolean => id === task && isShortCircuit && fateOf(world, id).ran && end === 'skipped'

/** What a task can become when exactly these events are past; null while it waits. */
function decided(dag: ModelDag, task: ModelTask, world: World, past: readonly Event[]): Decision[] | null {
  const never = (end: End): Decision => ({ isExpanded: false, ran: false, ends: [end] })
  const isExcluded = past.some(event => dag.tasks.some(gate => breaksCircuit(gate, world, event) || turnsAway(dag, gate, world, event, task.id)))
  if (isExcluded) return [never('skipped')]

  const ends = past.filter(event => task.after.includes(event.task)).flatMap(({ end, count }) => Array<End>(count).fill(end))
  const total = task.after.reduce((sum, up) => sum + fateOf(world, up).ends.length, 0)
  const verdict = total === 0 ? 'run' : RULES[task.rule](ends, ends.length === total)
  if (verdict === null) return null
  if (verdict !== 'run') return [never(verdict)]

  const end = (index: number): End => (task.isEmpty ? 'success' : wrongTurn(dag, task) ? 'failed' : endOf(task, index))
  if (task.map === null) return [{ isExpanded: false, ran: true, ends: [end(-1)] }]
  return listsOf(dag, task, world, past).map(list => {
    if (typeof list === 'string') return never(list)
    return list.length === 0 ? never('skipped') : { isExpanded: true, ran: true, ends: list.map((_, index) => end(index)) }
  })
}

/** What a map can go over, or how it ends without. */
function listsOf({ tasks, items }: ModelDag, { map }: ModelTask, world: World, past: readonly Event[]): (readonly unknown[] | End)[] {
  if (map?.kind === 'list') return [map.values]
  if (map?.kind !== 'task') return [items]
  const source = tasks.find(({ id }) => id === map.task) as ModelTask
  const { ends, isExpanded, ran } = fateOf(world, map.task)
  const isComplete = past.filter(({ task }) => task === map.task).reduce((sum, { count }) => sum + count, 0) === ends.length
  const whole = (): readonly unknown[] | End => {
    if (isExpanded) return ends.flatMap((end, index) => (end === 'success' ? [resultOf(source, index)] : []))
    // As Airflow's MappedTaskUpstreamDep: what gives no list because it did not come through is passed on.
    if (ends[0] === 'skipped') return 'skipped'
    if (ends[0] !== 'success') return 'upstream_failed'
    return Array.isArray(source.result) ? source.result as readonly unknown[] : 'failed'
  }
  if (isComplete) return [whole()]
  // Too early, unless the source ends in the very moment without having run, by the same cause.
  return ran ? ['failed'] : ['failed', whole()]
}

/** Whether this event is the success of a branch that goes another way, which does not lead here later either. */
function turnsAway(dag: ModelDag, gate: ModelTask, world: World, { task, end }: Event, target: string): boolean {
  const { tasks } = dag
  if (!gate.isBranch || gate.id !== task || end !== 'success' || !fateOf(world, task).ran) return false
  const chosen = chosenBy(gate)
  const isDirect = tasks.some(({ id, after }) => id === target && after.includes(gate.id))
  const leadsHere = chosen.includes(target) || [...ancestors(tasks, tasks.find(({ id }) => id === target) as ModelTask)].some(id => chosen.includes(id))
  return isDirect && !leadsHere
}

const chosenBy = ({ result }: ModelTask): unknown[] => (result === null ? [] : [result].flat())

/** A branch that would succeed but names what is not directly downstream of it fails. */
const wrongTurn = ({ tasks }: ModelDag, task: ModelTask): boolean =>
  task.isBranch && endOf(task, -1) === 'success' && chosenBy(task).some(name => !tasks.some(({ id, after }) => id === name && after.includes(task.id)))
