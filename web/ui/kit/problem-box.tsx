import { ApiProblem } from '../api/problem.js'

/** What went wrong, with its code and what to do about it. */
export function ProblemBox({ error }: { readonly error: unknown }) {
  const { code, message, hint } = error instanceof ApiProblem ? error : { code: null, message: error instanceof Error ? error.message : String(error), hint: '' }
  return (
    <div className="problem" role="alert">
      <strong>{message}</strong>
      {hint !== '' && <p>{hint}</p>}
      {code !== null && <code>{code}</code>}
    </div>
  )
}
