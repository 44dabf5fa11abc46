import type { RunState } from '../states/run.js'
import type { TaskState } from '../states/task-instance.js'
import { Topic, type Changes, type ChangedTask } from './changes.js'

/** Instances of one run that are listed. */
const MOST_TASKS = 200
/** Runs, and instances over all of them, that one message lists. */
const MOST_RUNS = 500
const MOST_IN_ALL = 2_000

interface Gathered {
  readonly dag: string
  readonly run: string
  state: RunState | null
  /** By name; null: more than are listed. */
  tasks: Map<string, ChangedTask> | null
}

/** Puts together what several transactions changed, each instance with its newest state. Its size is bounded, whatever changes. */
export class GatheredChanges {
  #runs = new Map<string, Gathered>()
  #topics = new Set<string>()
  #listed = 0

  run(dag: string, run: string, state: RunState): void {
    const gathered = this.#at(dag, run)
    if (gathered !== null) gathered.state = state
  }

  /** Much changed in this run. */
  much(dag: string, run: string): void {
    const gathered = this.#at(dag, run)
    if (gathered === null) return
    this.#listed -= gathered.tasks?.size ?? 0
    gathered.tasks = null
  }

  task(dag: string, run: string, task: string, mapIndex: number, state: TaskState, tryNumber: number): void {
    const gathered = this.#at(dag, run)
    const tasks = gathered?.tasks
    if (tasks == null) return
    const name = `${mapIndex}/${task}`
    if (!tasks.has(name)) {
      if (tasks.size >= MOST_TASKS || this.#listed >= MOST_IN_ALL) { this.much(dag, run); return }
      this.#listed += 1
    }
    tasks.set(name, [task, mapIndex, state, tryNumber])
  }

  topic(topic: string): void {
    this.#topics.add(topic)
  }

  /** Gives what was gathered and begins anew; null when that is nothing. */
  take(): Changes | null {
    if (this.#runs.size === 0 && this.#topics.size === 0) return null
    const changes: Changes = {
      v: 1, topics: [...this.#topics],
      runs: [...this.#runs.values()].map(({ dag, run, state, tasks }) => ({ dag, run, state, tasks: [...tasks?.values() ?? []].map(([...task]) => task), much: tasks === null })),
    }
    this.#runs = new Map()
    this.#topics = new Set()
    this.#listed = 0
    return changes
  }

  #at(dag: string, run: string): Gathered | null {
    const name = `${dag}/${run}`
    let gathered = this.#runs.get(name)
    if (gathered === undefined) {
      if (this.#runs.size >= MOST_RUNS) {
        this.#topics.add(Topic.all)
        return null
      }
      gathered = { dag, run, state: null, tasks: new Map() }
      this.#runs.set(name, gathered)
    }
    return gathered
  }
}
