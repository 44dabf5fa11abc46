import { LongshoreError } from '../shared/errors.js'
import { parseJson } from '../shared/parse-json.js'

/** The params of `--param key=value …` or of `--params JSON`. */
export function readParams(pairs: readonly string[], json: string | undefined): Record<string, unknown> {
  return json === undefined ? Object.fromEntries(pairs.map(readPair)) : readObject(json)
}

/** `n=5` is the number and `name=five` the text; a text that looks like JSON is written as JSON: `zip='"01234"'`. */
function readPair(pair: string): [name: string, value: unknown] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw new LongshoreError('LS_USAGE', `--param '${pair}' must have the form key=value`)
  const text = pair.slice(equals + 1)
  const name = pair.slice(0, equals)
  if (!isJson(text)) return [name, text]
  try {
    return [name, parseJson(text)]
  } catch (cause) {
    throw new LongshoreError('LS_USAGE', `--param '${name}': ${(cause as Error).message}`, { cause })
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function readObject(json: string): Record<string, unknown> {
  let value: unknown
  try {
    value = parseJson(json)
  } catch (cause) {
    throw new LongshoreError('LS_USAGE', `--params is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LongshoreError('LS_USAGE', '--params must be a JSON object, for instance \'{"region": "eu"}\'')
  return value as Record<string, unknown>
}
