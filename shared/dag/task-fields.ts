import { z } from 'zod'
import { argumentList, assetNames, duration, flag, limit, mustBe, oneOf, plainName, queueName, size, strict, text, wholeNumber } from './field.js'
import { mapField } from './map-fields.js'
import { SECRET_NAME, VARIABLE_NAME } from '../protocol/secret-name.js'
import { TASK_KINDS, TRIGGER_RULES, WEIGHT_RULES, type MountSpec } from './model.js'
import { triggerField } from './trigger-fields.js'
import { waitField } from './wait-fields.js'

/** A template counts as one piece: the colon of a filter does not separate source and target. */
const PIECE = String.raw`((?:\{\{.*?\}\}|\{%.*?%\}|[^:])+)`
const MOUNT = new RegExp(`^${PIECE}:${PIECE}(?::(ro|rw))?$`)
const VOLUME_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

const environment = z.record(
  z.string(),
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], mustBe('a text, a number, true or false')),
  mustBe('a map from names to values'),
).superRefine(checkVariables)

/** Does not repeat what was given: it may be the secret itself. */
const notSecretName = { error: () => "must be the name of a secret such as 'warehouse-password': lower-case letters, digits, '.', '-' and '_', at most 100; the value itself belongs to the worker" }
const secretName = z.string(notSecretName).regex(SECRET_NAME, notSecretName)

const secrets = z.record(z.string(), secretName, mustBe('a map from variables to names of secrets')).superRefine(checkVariables)

function checkVariables(variables: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void {
  for (const name of Object.keys(variables)) {
    if (!VARIABLE_NAME.test(name)) context.addIssue({ code: 'custom', path: [name], message: 'is not a variable name; use letters, digits and _' })
    if (name.startsWith('LONGSHORE_')) context.addIssue({ code: 'custom', path: [name], message: 'is reserved: Longshore sets LONGSHORE_* itself' })
  }
}

const labels = z.record(z.string(), z.string(mustBe('a text')), mustBe('a map from names to texts')).superRefine((map, context) => {
  for (const name of Object.keys(map)) {
    if (name.startsWith('longshore.')) context.addIssue({ code: 'custom', path: [name], message: 'is reserved: Longshore sets longshore.* itself' })
  }
})

const mount = z.union([
  z.string().transform((given, context): MountSpec => {
    const match = MOUNT.exec(given)
    if (match) return { source: match[1] as string, target: match[2] as string, readOnly: match[3] === 'ro' }
    context.addIssue(`must be 'source:target' or 'source:target:ro', not '${given}'`)
    return z.NEVER
  }),
  z.looseObject({}).pipe(strict({ source: text(), target: text(), readOnly: flag().default(false) }, "an object with source and target")),
], { error: issue => (issue.code === 'invalid_union' ? undefined : `must be 'source:target[:ro]' or an object`) }).superRefine(({ source, target }, context) => {
  const templated = (path: string): boolean => path.startsWith('{')
  if (!source.startsWith('/') && !VOLUME_NAME.test(source) && !templated(source)) context.addIssue(`must have an absolute path or a volume name as its source, not '${source}'`)
  if (!target.startsWith('/') && !templated(target)) context.addIssue(`must have an absolute path as its target, not '${target}'`)
})

const exitCodes = z.array(wholeNumber(1, 255), mustBe('a list of exit codes')).transform(codes => [...new Set(codes)].sort((a, b) => a - b))

const capabilities = z.array(z.string().regex(/^(CAP_)?[A-Z][A-Z_]*$/, "must be names such as 'NET_RAW'"), mustBe("a list of Linux capabilities such as 'NET_RAW'"))
  .transform(names => [...new Set(names.map(name => name.replace(/^CAP_/, '')))].sort())

const positive = (): z.ZodType<number> => duration(1, 'longer than zero; zero does not mean unlimited')

/** Every key of a task, with what it must be; the values are in the units of the canonical form. */
export const TASK_FIELDS = {
  kind: oneOf(TASK_KINDS),
  image: text('the name of an image'),
  command: argumentList('a list of arguments'),
  shell: text('a line of shell'),
  entrypoint: argumentList('a list of arguments'),
  env: environment,
  secrets,
  mounts: z.array(mount, mustBe("a list of mounts such as '/data:/data:ro'")),
  network: text('the name of a Docker network'),
  user: z.union([text('a user'), wholeNumber(0).transform(String)], mustBe("a user such as 'app' or '1000:1000'")),
  workdir: text('a path').refine(path => path.startsWith('/') || path.startsWith('{'), mustBe('an absolute path')),
  cpus: z.number(mustBe('a number of CPUs such as 0.5')).positive(mustBe('more than zero; zero does not mean unlimited')),
  memory: size(6 * 1024 * 1024, "6m, Docker's smallest"),
  shm: size(1, 'one byte'),
  gpus: z.union([z.literal('all'), limit()], mustBe("a whole number of at least 1, or 'all'")),
  readOnly: flag(),
  capAdd: capabilities,
  pull: oneOf(['missing', 'always', 'never']),
  labels,
  stopGrace: duration(0, 'zero or longer'),
  queue: queueName(),
  pool: plainName('a pool').nullable(),
  poolSlots: limit(),
  maxActive: limit().nullable(),
  priorityWeight: wholeNumber(0, 1_000_000),
  weightRule: oneOf(WEIGHT_RULES),
  retries: wholeNumber(0, 1_000),
  retryDelay: duration(0, 'zero or longer'),
  backoff: oneOf(['constant', 'exponential']),
  maxRetryDelay: positive(),
  timeout: positive().nullable(),
  startTimeout: positive().nullable(),
  triggerRule: oneOf(TRIGGER_RULES),
  dependsOnPast: flag(),
  waitForDownstream: flag(),
  map: mapField,
  branch: flag(),
  shortCircuit: flag(),
  outlets: assetNames(),
  wait: waitField,
  trigger: triggerField,
  result: flag(),
  skipExitCodes: exitCodes,
  failExitCodes: exitCodes,
  notYetExitCode: wholeNumber(1, 255).nullable(),
  pokeInterval: duration(1_000, 'at least 1s'),
  after: z.union([text('the id of a task').transform(id => [id]), z.array(text('the id of a task'))], mustBe('a list of task ids')),
} as const

/** What belongs to one task and could only be a mistake on all of them. */
const OF_ONE_TASK = ['after', 'map', 'branch', 'shortCircuit', 'outlets', 'wait', 'trigger'] as const

/** The keys that a DAG may give to all its tasks. */
export const DEFAULTS_FIELDS = { ...omit(TASK_FIELDS, OF_ONE_TASK), kind: oneOf(['container', 'process']) }

export const NOT_IN_DEFAULTS: Readonly<Record<string, string>> =
  Object.fromEntries(OF_ONE_TASK.map(key => [key, 'belongs to one task; write it on the task itself']))

function omit<T extends object, K extends keyof T>(fields: T, keys: readonly K[]): Omit<T, K> {
  const rest = { ...fields }
  for (const key of keys) delete rest[key]
  return rest
}
