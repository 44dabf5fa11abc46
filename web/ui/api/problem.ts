/** What the API answers instead of success. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  constructor(readonly status: number, readonly code: string, message: string, readonly hint: string) {
    super(message)
  }

  static of(status: number, body: unknown): ApiProblem {
    const { code, detail, hint } = (typeof body === 'object' && body !== null ? body : {}) as { readonly code?: unknown; readonly detail?: unknown; readonly hint?: unknown }
    return new ApiProblem(status, typeof code === 'string' ? code : `HTTP ${status}`, typeof detail === 'string' ? detail : 'The server gave no reason.', typeof hint === 'string' ? hint : '')
  }
}
