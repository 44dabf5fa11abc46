import { type z } from 'zod'
import type { Locate, KeyPath } from './draft.js'
import { didYouMean, show } from './field.js'
import type { DagProblem } from './model.js'

/** What a problem is about: a DAG, its defaults, or one of its tasks. */
export interface Subject {
  /** As it ends a sentence: `task 'load'`. */
  readonly name: string
  readonly dag: string | null
  readonly task: string | null
  readonly locate: Locate
}

/** Gathers everything that is wrong with a DAG, so that its author sees all of it at once. */
export class Problems {
  readonly #found: DagProblem[] = []

  add({ dag, task, locate }: Subject, path: KeyPath, message: string): void {
    this.#found.push({ ...locate(path), dag, task, message })
  }

  /** In the order of the source. */
  list(): DagProblem[] {
    return this.#found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
  }

  get any(): boolean {
    return this.#found.length > 0
  }
}

type Fields = Readonly<Record<string, z.ZodType>>
export type FieldValues<F extends Fields> = { -readonly [K in keyof F]?: z.output<F[K]> }

/**
 * Reads each key by its own schema. What is wrong becomes a problem and is left out of the answer, so that one wrong key
 * does not hide what is wrong with the others. `refused` says of keys that are known elsewhere why they are not taken here.
 */
export function readFields<F extends Fields>(fields: F, given: unknown, subject: Subject, refused: Readonly<Record<string, string>>, problems: Problems): FieldValues<F> {
  const values: Record<string, unknown> = {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    problems.add(subject, [], `${subject.name} must be an object with keys, not ${show(given)}`)
    return values as FieldValues<F>
  }
  for (const [key, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field === undefined) problems.add(subject, [key], unknownKey(key, subject, Object.keys(fields), refused))
    else if (value !== undefined) {
      const result = field.safeParse(value)
      if (result.success) values[key] = result.data
      else for (const issue of innermost(result.error.issues)) problems.add(subject, [key, ...issue.path], `'${pathText([key, ...issue.path])}' on ${subject.name} ${issue.message}`)
    }
  }
  return values as FieldValues<F>
}

function unknownKey(key: string, { name }: Subject, known: readonly string[], refused: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(refused, key)) return `'${key}' on ${name} ${refused[key] as string}`
  return `unknown key '${key}' on ${name}${didYouMean(key, known)}`
}

interface PlainIssue {
  readonly path: (string | number)[]
  readonly message: string
}

/** Of a union, the complaints of the alternative that took the value's type; the union's own message when none did. */
function innermost(issues: readonly z.core.$ZodIssue[]): PlainIssue[] {
  return issues.flatMap(issue => {
    const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
    if (issue.code !== 'invalid_union') return [{ path, message: issue.message }]
    const taken = issue.errors.find(alternative => !alternative.some(({ code, path: at }) => (code === 'invalid_type' || code === 'invalid_value') && at.length === 0))
    if (!taken) return [{ path, message: issue.message }]
    return innermost(taken).map(inner => ({ path: [...path, ...inner.path], message: inner.message }))
  })
}

export const pathText = (path: KeyPath): string => path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
