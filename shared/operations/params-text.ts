import { resolveParams } from '../dag/params.js'
import type { ParamSpec } from '../dag/model.js'
import { LongshoreError } from '../errors.js'

/** Params travel in every job and every environment of a run, where Linux allows 128 KiB for one variable. */
const MAX_BYTES = 64 * 1024

/**
 * The params of a run as they are stored: what was given, completed by the defaults.
 * @throws LongshoreError LS_PARAMS_INVALID, LS_PARAMS_TOO_LARGE
 */
export function paramsText(specs: Readonly<Record<string, ParamSpec>>, given: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(resolveParams(specs, given))
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BYTES) throw new LongshoreError('LS_PARAMS_TOO_LARGE', `the params take ${bytes} bytes as JSON, and at most ${MAX_BYTES} are allowed`)
  return text
}
