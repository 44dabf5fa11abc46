import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { LongshoreError } from '../errors.js'
import { isPem } from '../signing/key.js'
import { suggest } from '../suggest.js'
import { CONFIG_KEYS, ConfigSchema, SECRET_KEYS, type Config, type ConfigKey } from './schema.js'

export interface ConfigSources {
  /** Path of longshore.yaml; a missing file is an error only when it was named by a person. */
  readonly file: string
  readonly fileRequired: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of command line flags. */
  readonly flags: Readonly<Partial<Record<ConfigKey, unknown>>>
}

export interface LoadedConfig {
  readonly config: Config
  /** Where each effective value came from, for `longshore config`. */
  readonly origin: Readonly<Record<ConfigKey, string>>
}

/** Variables of the LONGSHORE_ family that are not settings; the command may be run inside a task. */
const OTHER_VARIABLES = new Set([
  'CONFIG', 'CRASH_AT',
  'DAG_ID', 'TASK_ID', 'RUN_ID', 'MAP_INDEX', 'TRY_NUMBER', 'FENCE', 'ATTEMPT', 'LOGICAL_DATE', 'DATA_INTERVAL_START', 'DATA_INTERVAL_END', 'PARAMS', 'RESULT',
].map(name => `LONGSHORE_${name}`))

/** Secrets of tasks, which worker/secrets/environment-source.ts reads. */
const SECRET_PREFIX = 'LONGSHORE_SECRET_'

const variableOf = (key: ConfigKey): string => `LONGSHORE_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`

export function loadConfig(sources: ConfigSources): LoadedConfig {
  const values: Record<string, unknown> = {}
  const origin = Object.fromEntries(CONFIG_KEYS.map(key => [key, 'default'])) as Record<ConfigKey, string>

  for (const [key, value] of Object.entries(readFile(sources))) {
    values[key] = value
    origin[known(key, sources.file)] = sources.file
  }
  for (const [variable, key, value] of fromEnvironment(sources.environment)) {
    values[key] = value
    origin[key] = variable
  }
  for (const [key, value] of Object.entries(sources.flags)) {
    if (value === undefined) continue
    values[key] = value
    origin[known(key, 'flags')] = 'flag'
  }

  const result = ConfigSchema.safeParse(values)
  if (!result.success) {
    const lines = result.error.issues.map(issue => {
      const key = issue.path[0] as ConfigKey
      return `${String(key)} (from ${origin[key] ?? 'default'}): ${issue.message}`
    })
    throw new LongshoreError('LS_CONFIG', lines.join('; '))
  }
  return { config: Object.freeze(result.data), origin }
}

function readFile({ file, fileRequired }: ConfigSources): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if (!fileRequired && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new LongshoreError('LS_CONFIG', `cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
  try {
    const content: unknown = parse(text) ?? {}
    if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new Error('it must hold keys and values')
    return content as Record<string, unknown>
  } catch (cause) {
    throw new LongshoreError('LS_CONFIG', `${file}: ${(cause as Error).message}`, { cause })
  }
}

function* fromEnvironment(environment: ConfigSources['environment']): Generator<[variable: string, key: ConfigKey, value: unknown]> {
  const keys = new Map(CONFIG_KEYS.map(key => [variableOf(key), key]))
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined || !variable.startsWith('LONGSHORE_') || OTHER_VARIABLES.has(variable) || variable.startsWith(SECRET_PREFIX)) continue
    const key = keys.get(variable)
    if (key !== undefined) {
      yield [variable, key, value]
      continue
    }
    const fileKey = variable.endsWith('_FILE') ? keys.get(variable.slice(0, -'_FILE'.length)) : undefined
    if (fileKey === undefined) throw unknownSetting(variable, 'the environment', [...keys.keys()])
    const secret = readSecret(variable, value)
    // A unit names the same credentials on every machine, and not every machine has all of them.
    if (secret !== '') yield [variable, fileKey, secret]
  }
}

function readSecret(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch (cause) {
    throw new LongshoreError('LS_CONFIG', `${variable} names a file that cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function known(key: string, where: string): ConfigKey {
  if ((CONFIG_KEYS as readonly string[]).includes(key)) return key as ConfigKey
  throw unknownSetting(key, where, CONFIG_KEYS)
}

function unknownSetting(name: string, where: string, names: readonly string[]): LongshoreError {
  const near = suggest(name, names)
  return new LongshoreError('LS_CONFIG', `unknown setting '${name}' in ${where}${near === null ? '' : `; did you mean '${near}'?`}`)
}

const WHOLLY_SECRET: ReadonlySet<ConfigKey> = new Set<ConfigKey>(['token', 'oidcClientSecret'])

/** The value as it may be shown: passwords of URLs and keys are hidden. */
export function displayValue(key: ConfigKey, value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : String(value)
  if (WHOLLY_SECRET.has(key) && text !== '') return '•••'
  if (key === 'signingKey' && isPem(text)) return '•••'
  return SECRET_KEYS.has(key) ? text.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:•••@') : text
}
