import { z } from 'zod'
import type { KeyPath } from './draft.js'
import { json, limit, mustBe, strict, text, wholeNumber } from './field.js'

export const DEFAULT_MAP_LIMIT = 1_000
export const HIGHEST_MAP_LIMIT = 10_000
const MOST_AXES = 5

/** What a task is mapped over, as it was written: a text is a task or a param, which only the whole DAG can tell. */
export interface MapDraft {
  readonly axes: readonly { readonly name: string | null; readonly given: string | readonly unknown[]; readonly path: KeyPath }[]
  readonly limit: number
  readonly maxActive: number | null
}

const AXIS_NAME = /^[A-Za-z][A-Za-z0-9_]*$/
const WHAT = 'the id of a task, params.NAME or a list'

const name = text(WHAT)
const list = z.array(json(), mustBe(WHAT))

const axes = z.record(z.string(), z.union([name, list], mustBe(WHAT)), mustBe(`${WHAT}, or an object of them`)).superRefine((map, context) => {
  const names = Object.keys(map)
  if (names.length === 0) context.addIssue('has no axes; name at least one')
  if (names.length > MOST_AXES) context.addIssue(`has ${names.length} axes; at most ${MOST_AXES} can be combined`)
  for (const axis of names) {
    if (!AXIS_NAME.test(axis)) context.addIssue({ code: 'custom', path: [axis], message: 'is not the name of an axis; use letters, digits and _, beginning with a letter' })
  }
})

const full = strict({
  over: z.union([name, list, axes], mustBe(`${WHAT}, or an object of them`)),
  limit: wholeNumber(1, HIGHEST_MAP_LIMIT).default(DEFAULT_MAP_LIMIT),
  maxActive: limit().optional(),
}, `${WHAT}, or an object with 'over'`)

export const mapField = z.union([name, list, full], mustBe(`${WHAT}, or an object with 'over'`)).transform((given): MapDraft => {
  if (typeof given === 'string' || Array.isArray(given)) {
    return { axes: [{ name: null, given, path: ['map'] }], limit: DEFAULT_MAP_LIMIT, maxActive: null }
  }
  const { over, limit: most, maxActive = null } = given
  const named = typeof over === 'string' || Array.isArray(over) ? [{ name: null, given: over, path: ['map', 'over'] }]
    : Object.entries(over).map(([name, values]) => ({ name, given: values, path: ['map', 'over', name] }))
  return { axes: named, limit: most, maxActive }
})
