import createClient from 'openapi-fetch'
import type { paths } from '../../client/schema.js'
import { ApiProblem } from './problem.js'

/** Every call of the pages goes through here; paths, parameters and answers are those of the OpenAPI document. */
export const api = createClient<paths>({ baseUrl: location.origin })

interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/** The body of a successful answer. @throws ApiProblem */
export async function bodyOf<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiProblem(0, 'OFFLINE', 'The server does not answer.', 'It is asked again by itself; if this lasts, look whether longshore web runs and can be reached.')
  }
  const { data, error, response } = answer
  if (!response.ok) throw ApiProblem.of(response.status, error)
  return data as T
}
