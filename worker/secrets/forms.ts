/** Shorter values are not masked: they would blot out half of every log. */
export const SHORTEST_MASKED = 4
/** Parts of an encoded value, which others share more easily than the whole. */
const SHORTEST_FRAGMENT = 8
/** Columns at which `base64` and PEM files break their lines. */
const COLUMNS = [76, 64] as const

/**
 * Everything by which a value is known again in what a task prints: itself, its lines, and how programs usually write it in
 * JSON, in addresses and in base64, also as part of something longer.
 */
export function formsOf(value: string): string[] {
  if (value.trim().length < SHORTEST_MASKED) return []
  const plain = [value, value.trim(), ...value.split('\n').map(line => line.trim())]
  const forms = [...plain, ...jsonForms(value), ...urlForms(value), ...base64Forms(Buffer.from(value)), Buffer.from(`${value}\n`).toString('base64')]
  return [...new Set(forms)].filter(form => form.trim().length >= SHORTEST_MASKED)
}

function jsonForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const ascii = json.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [json, ascii]
}

function urlForms(value: string): string[] {
  const forms = [encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice('v='.length)]
  return forms.flatMap(form => [form, form.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())])
}

function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64')
  const bare = whole.replace(/=+$/, '')
  const fragments = [0, 1, 2].map(skip => alignedPart(bytes, skip)).filter(({ length }) => length >= SHORTEST_FRAGMENT)
  const forms = [whole, bare, ...fragments, ...COLUMNS.flatMap(columns => wrapped(bare, columns))]
  return forms.flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

/** What of the value stands in base64 whatever comes before and after it, for each of the three places where it can begin. */
function alignedPart(bytes: Buffer, skip: number): string {
  const groups = Math.max(0, Math.floor((bytes.length - skip) / 3))
  return bytes.toString('base64', skip, skip + groups * 3)
}

const wrapped = (text: string, columns: number): string[] =>
  text.length <= columns ? [] : Array.from({ length: Math.ceil(text.length / columns) }, (_, line) => text.slice(line * columns, (line + 1) * columns))
