/** The package `longshore`: what DAG files import. */
import { defineDagWith, type DefineDag } from './dag.js'
import { chain } from './task.js'

export const dag: DefineDag = defineDagWith(() => {})
export { chain }

export type { Dag } from './dag.js'
export type { Group, TaskScope } from './group.js'
export type { Task, TaskOptions, Upstreams } from './task.js'
export type { DagOptions, Duration, MountOptions, ParamOptions, Size, TaskDefaults } from '../dag/vocabulary.js'
export type { TriggerRule } from '../dag/model.js'
