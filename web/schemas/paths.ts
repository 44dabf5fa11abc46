import { z } from 'zod'

/** Parameters of paths. */
export const DagPath = z.object({ dag: z.string().max(200) })
export const RunPath = DagPath.extend({ run: z.string().max(250) })
export const TaskPath = RunPath.extend({ task: z.string().max(200) })
export const AttemptPath = TaskPath.extend({ fence: z.coerce.number().int().min(0).max(2 ** 31 - 1) })
export const BackfillPath = DagPath.extend({ backfill: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })
export const PoolPath = z.object({ pool: z.string().max(63) })

export const MapIndex = z.coerce.number().int().min(-1).max(2 ** 31 - 1).default(-1).describe('Which instance of a mapped task.')
export const InstanceQuery = z.object({ mapIndex: MapIndex })

/** One value, or several: `?state=failed&state=cancelled`. */
export const several = <Item extends z.ZodType>(item: Item) => z.preprocess((value): unknown => (value === undefined || Array.isArray(value) ? value ?? [] : [value]), z.array(item).max(20))

/** An instant: a date in the zone of the DAG, or with an offset of its own. */
export const Instant = z.string().max(50)
