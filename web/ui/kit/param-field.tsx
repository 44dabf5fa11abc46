import type { ParamSpec } from '../api/dags.js'
import { Field } from './controls.js'

/** What has been typed for a parameter, as text, before it is read as its type. */
export const initialText = ({ type, default: value }: ParamSpec): string => (value === undefined ? (type === 'boolean' ? 'false' : '') : typeof value === 'string' ? value : JSON.stringify(value))

export type Reading = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }
const bad = (problem: string): Reading => ({ ok: false, problem })

/** Reads what was typed as the parameter's type. The server checks it again: it has the last word. */
export function readParam(spec: ParamSpec, text: string): Reading {
  const { type, minimum, maximum, pattern, enum: choices } = spec
  if (choices !== undefined) return { ok: true, value: choices.find(choice => textOf(choice) === text) ?? text }
  switch (type) {
    case 'boolean':
      return { ok: true, value: text === 'true' }
    case 'number':
    case 'integer': {
      const value = Number(text)
      if (text.trim() === '' || !Number.isFinite(value)) return bad('A number is needed.')
      if (type === 'integer' && !Number.isInteger(value)) return bad('A whole number is needed.')
      if (minimum !== undefined && value < minimum) return bad(`At least ${minimum}.`)
      return maximum !== undefined && value > maximum ? bad(`At most ${maximum}.`) : { ok: true, value }
    }
    case 'array':
    case 'object':
      try {
        const value: unknown = JSON.parse(text)
        return Array.isArray(value) === (type === 'array') && typeof value === 'object' && value !== null ? { ok: true, value } : bad(`JSON of an ${type} is needed.`)
      } catch {
        return bad('This is not JSON.')
      }
    case 'string':
      return pattern !== undefined && !matches(pattern, text) ? bad(`It has to match ${pattern}.`) : { ok: true, value: text }
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

export function ParamField({ name, spec, text, problem, onChange }: { readonly name: string; readonly spec: ParamSpec; readonly text: string; readonly problem: string | null; readonly onChange: (text: string) => void }) {
  const { type, description, enum: choices, minimum, maximum } = spec
  const common = { className: 'input', name, 'aria-invalid': problem !== null, value: text }
  if (type === 'boolean') {
    return <div className="field"><label className="check"><input type="checkbox" name={name} checked={text === 'true'} onChange={({ target }) => onChange(String(target.checked))} />{name}</label>{description !== undefined && <small>{description}</small>}</div>
  }
  return (
    <Field label={name} error={problem} {...(description !== undefined && { hint: description })}>
      {choices !== undefined ? <select {...common} onChange={({ target }) => onChange(target.value)}>{choices.map(choice => <option key={textOf(choice)}>{textOf(choice)}</option>)}</select>
        : type === 'array' || type === 'object' ? <textarea {...common} spellCheck={false} onChange={({ target }) => onChange(target.value)} />
          : <input {...common} {...(type !== 'string' && { inputMode: 'decimal', type: 'number', step: type === 'integer' ? 1 : 'any', min: minimum, max: maximum })} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  )
}
