import { Node, Task, type TaskOptions, type Upstream } from './task.js'
import { callerPosition } from './position.js'

/** Where tasks are made: a DAG or a group in it. */
export interface TaskScope {
  /** Adds a task. Its id is unique in the DAG; in a group it is prefixed, `group.id`. */
  task(id: string, options?: TaskOptions): Task
  /** Adds tasks whose ids share a prefix. The group itself can be used in `after`, `before` and `chain`. */
  group(name: string, build: (group: TaskScope) => void): Group
}

/** Tasks that share a prefix: to wait for it is to wait for its last tasks; when it waits, its first tasks do. */
export class Group extends Node {
  readonly #upstream = new Set<Upstream>()
  #asked = false

  /** @internal */
  constructor(readonly name: string, private readonly tasks: readonly Task[]) {
    super()
  }

  /** @internal */
  override waitFor(other: Upstream): void {
    this.#upstream.add(other)
  }

  /** @internal */
  override lastIds(): readonly string[] {
    // Asked again while answering: one of its own tasks waits for the group. The edges without that one name the circle.
    if (this.#asked) return []
    this.#asked = true
    const awaited = new Set(this.tasks.flatMap(task => task.upstreamIds()))
    this.#asked = false
    return this.tasks.map(({ id }) => id).filter(id => !awaited.has(id))
  }

  /** Hands what the group waits for to its first tasks; done when the whole DAG is known. @internal */
  resolve(): void {
    const members = new Set(this.tasks.map(({ id }) => id))
    const first = this.tasks.filter(task => !task.upstreamIds().some(id => members.has(id)))
    for (const task of first) task.after(...this.#upstream)
  }
}

/** Collects the tasks of one DAG. */
export class DagBuilder implements TaskScope {
  readonly tasks: Task[] = []
  readonly groups: Group[] = []

  constructor(private readonly prefix = '', private readonly root?: DagBuilder) {}

  task(id: string, options: TaskOptions = {}): Task {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is only compared with the frames of the stack
    const task = new Task(this.prefix + id, options, callerPosition(this.task))
    this.#add(task)
    return task
  }

  group(name: string, build: (group: TaskScope) => void): Group {
    const members = new DagBuilder(`${this.prefix}${name}.`, this)
    build(members)
    const group = new Group(this.prefix + name, members.tasks)
    this.#addGroup(group)
    return group
  }

  #add(task: Task): void {
    this.tasks.push(task)
    if (this.root) this.root.#add(task)
  }

  #addGroup(group: Group): void {
    this.groups.push(group)
    if (this.root) this.root.#addGroup(group)
  }
}
