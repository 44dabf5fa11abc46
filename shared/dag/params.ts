import { LongshoreError } from '../errors.js'
import { canonicalJson } from './canonical.js'
import { didYouMean, show } from './field.js'
import type { ParamSpec } from './model.js'
import { matches } from './pattern.js'

const IS_TYPE: Readonly<Record<ParamSpec['type'], (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  number: value => typeof value === 'number' && Number.isFinite(value),
  integer: value => Number.isSafeInteger(value),
  boolean: value => typeof value === 'boolean',
  array: value => Array.isArray(value),
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value),
}

/** What is wrong with a value for a parameter, completing the sentence "param 'x' …"; null when nothing is. */
function valueProblem(spec: ParamSpec, value: unknown): string | null {
  if (!IS_TYPE[spec.type](value)) return `must be of type ${spec.type}, not ${show(value)}`
  if (spec.enum && !spec.enum.some(choice => canonicalJson(choice) === canonicalJson(value))) {
    return `must be one of ${spec.enum.map(show).join(', ')}, not ${show(value)}`
  }
  if (spec.minimum !== undefined && (value as number) < spec.minimum) return `must be at least ${spec.minimum}, not ${show(value)}`
  if (spec.maximum !== undefined && (value as number) > spec.maximum) return `must be at most ${spec.maximum}, not ${show(value)}`
  if (spec.pattern === undefined) return null
  switch (matches(spec.pattern, value as string)) {
    case true: return null
    case false: return `must match ${spec.pattern}, not be ${show(value)}`
    case null: return `could not be held against ${spec.pattern} in time: the pattern can be matched in too many ways`
  }
}

/** What is wrong with the declaration of a parameter; null when nothing is. */
export function paramSpecProblem(spec: ParamSpec): string | null {
  const numeric = spec.type === 'number' || spec.type === 'integer'
  if (!numeric && (spec.minimum !== undefined || spec.maximum !== undefined)) return `has a minimum or maximum, which has no meaning for type ${spec.type}`
  if (spec.minimum !== undefined && spec.maximum !== undefined && spec.minimum > spec.maximum) return `has a minimum of ${spec.minimum} above its maximum of ${spec.maximum}`
  if (spec.pattern !== undefined) {
    if (spec.type !== 'string') return `has a pattern, which has no meaning for type ${spec.type}`
    if (!isRegExp(spec.pattern)) return `has the pattern ${show(spec.pattern)}, which is not a regular expression`
  }
  const stranger = spec.enum?.find(choice => !IS_TYPE[spec.type](choice))
  if (stranger !== undefined) return `has ${show(stranger)} in its enum, which is not of type ${spec.type}`
  if (spec.default === undefined) return null
  const problem = valueProblem(spec, spec.default)
  return problem === null ? null : `has a default that ${problem}`
}

function isRegExp(pattern: string): boolean {
  try {
    return Boolean(new RegExp(pattern, 'u'))
  } catch {
    return false
  }
}

/**
 * The params of a run: what was given, completed by the defaults.
 * @throws LongshoreError LS_PARAMS_INVALID that names everything that is wrong
 */
export function resolveParams(specs: Readonly<Record<string, ParamSpec>>, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const problems: string[] = []
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) problems.push(`there is no param '${name}'${didYouMean(name, Object.keys(specs))}`)
  }
  const params: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(given, name) ? given[name] : spec.default
    if (value === undefined) {
      problems.push(`param '${name}' is required`)
      continue
    }
    const problem = valueProblem(spec, value)
    if (problem === null) params[name] = value
    else problems.push(`param '${name}' ${problem}`)
  }
  if (problems.length > 0) throw new LongshoreError('LS_PARAMS_INVALID', problems.join('; '))
  return params
}
