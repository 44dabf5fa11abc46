import { z } from 'zod'
import { DeployOutcome } from '../../shared/operations/bundles.js'
import { list, Time } from './list.js'

const Hash = z.string().describe('SHA-256 of all paths and contents.')

export const BundleItem = z.object({
  bundle: Hash, active: z.boolean(), dags: z.int(), files: z.int(), bytes: z.int(), createdBy: z.string(), createdAt: Time,
  activatedBy: z.string().nullable().describe('Null: it never was in force.'), activatedAt: Time.nullable(),
}).meta({ id: 'Bundle' })

const planned = list(z.object({ dag: z.string(), file: z.string() }))

export const DeployedBundle = z.object({
  outcome: z.enum(DeployOutcome), bundle: Hash.nullable().describe('Null: the DAG folders of the schedulers.'), before: Hash.nullable().describe('What was in force before.'),
  plan: z.object({ added: planned, changed: planned, removed: planned, unchanged: z.int() }).nullable().describe('Null where only schedulers can see what will be there: in their folders.'),
}).meta({ id: 'Deployed' })
