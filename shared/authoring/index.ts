/** The package `longshore`: what DAG files import. */
import { defineDagWith, type DefineDag } from './dag.js'
import { chain } from './task.js'

export const dag: DefineDag = defineDagWith(() => {})
export { chain }

export type { Dag } from './dag.js'
export type { Group, TaskScope } from './group.js'
export type { MapLimits, MapOptions, MapOver } from './map.js'
export type { Task, TaskOptions, Upstreams } from './task.js'
export type { AssetSchedule, DagOptions, Duration, MountOptions, ParamOptions, Size, TaskDefaults } from '../dag/vocabulary.js'
export type { TriggerOptions, WaitOptions } from '../dag/waiting-vocabulary.js'
export type { TaskKind, TriggerRule, WeightRule } from '../dag/model.js'
