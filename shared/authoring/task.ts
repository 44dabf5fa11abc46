import type { TaskDraft, SourcePosition } from '../dag/draft.js'
import type { TaskDefaults } from '../dag/vocabulary.js'

/** Something that can be waited for: a task, a group, or the id of a task. */
export type Upstream = Node | string
export type Upstreams = Upstream | readonly Upstreams[]

export interface TaskOptions extends TaskDefaults {
  /** Tasks that it waits for; the same as `.after(…)`. */
  after?: Upstreams
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
  readonly #later: Record<string, unknown> = {}

  /** @internal */
  constructor(readonly id: string, options: TaskOptions, position: SourcePosition) {
    super()
    const { after, ...rest } = typeof options === 'object' && options !== null ? options : ({} as TaskOptions)
    this.#options = options === undefined || (typeof options === 'object' && options !== null) ? rest : options
    this.#position = position
    if (after !== undefined) this.after(after)
  }

  /** @deprecated Not supported by this version yet: the DAG is refused with this task's line. */
  map(source: unknown): this {
    this.#later.map = source
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

  /** Direct upstream ids. @internal */
  upstreamIds(): string[] {
    return [...this.#upstream].flatMap(other => (typeof other === 'string' ? [other] : other.lastIds()))
  }

  /** @internal */
  draft(): TaskDraft {
    const options = typeof this.#options === 'object' ? { ...this.#options, ...this.#later } : this.#options
    return { id: this.id, options, after: this.upstreamIds(), locate: () => this.#position }
  }
}

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
