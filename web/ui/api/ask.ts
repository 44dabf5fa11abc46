import { bodyOf } from './client.js'

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>

export interface Asking {
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal
}

function address(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value as string[] : [value]) if (each != null && each !== '') search.append(name, String(each))
  }
  const text = search.toString()
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`
}

/** A call whose path is put together at run time. @throws ApiProblem */
export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, { query = {}, body, signal }: Asking = {}): Promise<T> {
  const call = async () => {
    const response = await fetch(address(path, query), { method, ...(signal !== undefined && { signal }), ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) })
    const data: unknown = response.status === 204 ? null : await response.json().catch(() => null)
    return response.ok ? { data: data as T, response } : { error: data, response }
  }
  return bodyOf<T>(call())
}

/** A path of which every variable part is text from outside. */
export const path = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  parts.reduce((whole, part, place) => `${whole}${encodeURIComponent(String(values[place - 1]))}${part}`)
