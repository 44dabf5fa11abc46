import type { DagProblem } from '../dag/model.js'

/** `file:line:column: [dag/task] message`, as editors and CI systems read it. */
export function problemLine({ file, line, column, dag, task, message }: DagProblem): string {
  const place = [file, line, line === null ? null : column].filter(part => part !== null).join(':')
  const subject = [dag, task === '' ? null : task].filter(part => part !== null).join('/')
  return `${place}: ${subject === '' ? '' : `[${subject}] `}${message}`
}
