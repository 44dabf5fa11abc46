import { z } from 'zod'
import { flag, json, mustBe, strict } from './field.js'
import type { TriggerSpec } from './model.js'
import { dagId } from './wait-fields.js'

const WHAT = "the id of a DAG, or an object with 'dag'"

/** Which DAG a task starts. */
export const triggerField = z.union([
  dagId().transform((dag): TriggerSpec => ({ dag, params: {}, wait: false })),
  strict({
    dag: dagId(),
    params: z.record(z.string(), json(), mustBe('a map from names to values')).default({}),
    wait: flag().default(false),
  }, WHAT).transform((given): TriggerSpec => given),
], mustBe(WHAT))
