import type { TaskDraft, SourcePosition } from '../dag/draft.js'
import type { TaskKind } from '../dag/model.js'
import type { TaskDefaults } from '../dag/vocabulary.js'
import type { TriggerOptions, WaitOptions } from '../dag/waiting-vocabulary.js'
import { plainMap, textsOf, type MapLimits, type MapOver, type MapOptions } from './map.js'

/** Something that can be waited for: a task, a group, or the id of a task. */
export type Upstream = Node | string
export type Upstreams = Upstream | readonly Upstreams[]

/** What a task is, except its id. Every text may hold templates: `{{ ds }}`, `{{ params.region }}`. */
export interface TaskOptions extends Omit<TaskDefaults, 'kind'> {
  /**
   * `container` runs an image; `process` a command on the worker itself, where that is allowed. `empty` runs nothing: a
   * point to wait for. `wait` and `trigger` are implied by these keys. Default: container.
   */
  kind?: TaskKind
  /** Tasks that it waits for; the same as `.after(…)`. */
  after?: Upstreams
  /** What it is mapped over: it becomes one instance for each element, which is its `item`. The same as `.map(…)`. */
  map?: MapOver<Task> | MapOptions<Task>
  /** Whether its result names the direct downstream tasks to follow; the others are skipped. Implies `result`. Default: false. */
  branch?: boolean
  /** Whether everything downstream is skipped, whatever its trigger rule, when it exits with a skip code. Default: false. */
  shortCircuit?: boolean
  /** Assets that its success updates. */
  outlets?: readonly string[]
  /** What it waits for, in the scheduler, instead of running anything. */
  wait?: WaitOptions
  /** The DAG of which it starts a run, instead of running anything. */
  trigger?: string | TriggerOptions
}

/** A task or a group of tasks in the graph. */
export abstract class Node {
  /** Makes this wait for others. */
  after(...others: Upstreams[]): this {
    for (const other of flatten(others)) {
      if (typeof other !== 'string' && !(other instanceof Node)) throw new TypeError(`after(${String(other)}) needs a task, a group or the id of a task`)
      this.waitFor(other)
    }
    return this
  }

  /** Makes others wait for this. */
  before(...others: Exclude<Upstreams, string>[]): this {
    for (const other of flatten(others)) {
      if (!(other instanceof Node)) throw new TypeError(`before(${String(other)}) needs the task itself, as d.task returned it`)
      other.waitFor(this)
    }
    return this
  }

  /** @internal */
  abstract waitFor(other: Upstream): void
  /** Ids of the tasks that must end before this has ended. @internal */
  abstract lastIds(): readonly string[]
}

/** A task of a DAG, as `d.task` returns it. */
export class Task extends Node {
  readonly #upstream = new Set<Upstream>()
  readonly #options: unknown
  readonly #position: SourcePosition
  #map: unknown

  /** @internal */
  constructor(readonly id: string, options: TaskOptions, position: SourcePosition) {
    super()
    const { after, map, ...rest } = typeof options === 'object' && options !== null ? options : ({} as TaskOptions)
    this.#options = options === undefined || (typeof options === 'object' && options !== null) ? rest : options
    this.#position = position
    this.#map = plainMap(map, idOf)
    if (after !== undefined) this.after(after)
  }

  /**
   * Makes one instance of this task for each element of a list: the result of a task, a param (`params.name`), a list, or
   * all combinations of several of them by name.
   */
  map(over: MapOver<Task> | Readonly<Record<string, MapOver<Task>>>, limits: MapLimits = {}): this {
    this.#map = plainMap({ over, ...limits }, idOf)
    return this
  }

  /** @internal */
  override waitFor(other: Upstream): void {
    this.#upstream.add(other)
  }

  /** @internal */
  override lastIds(): readonly string[] {
    return [this.id]
  }

  /** Direct upstream ids, among them what it is mapped over, which may be names of params. @internal */
  upstreamIds(): string[] {
    return [...this.#after(), ...textsOf(this.#map)]
  }

  #after(): string[] {
    return [...this.#upstream].flatMap(other => (typeof other === 'string' ? [other] : other.lastIds()))
  }

  /** @internal */
  draft(): TaskDraft {
    const options = typeof this.#options === 'object' && this.#map !== undefined ? { ...this.#options, map: this.#map } : this.#options
    return { id: this.id, options, after: this.#after(), locate: () => this.#position }
  }
}

const idOf = (value: unknown): unknown => (value instanceof Task ? value.id : value)

export const flatten = (upstreams: Upstreams): Upstream[] => (isList(upstreams) ? upstreams.flatMap(flatten) : [upstreams])

const isList = (upstreams: Upstreams): upstreams is readonly Upstreams[] => Array.isArray(upstreams)

/**
 * Each waits for the one before it; a list waits, and is waited for, as a whole: `chain(a, [b, c], d)`.
 */
export function chain(...links: Upstreams[]): void {
  for (const [index, link] of links.slice(1).entries()) {
    for (const node of flatten(link)) {
      if (!(node instanceof Node)) throw new TypeError(`chain(…, ${String(node)}) needs the task itself, as d.task returned it`)
      node.after(links[index] as Upstreams)
    }
  }
}
