/** What ends a wait, as `task_instances.wait_key` names it; when it ends, those that wait for it are looked at at once. */
export const waitKey = {
  /** The end of a run of this DAG. */
  runs: (dagKey: number): string => `runs:${dagKey}`,
  /** The end of any task instance of this DAG. */
  tasks: (dagKey: number): string => `tasks:${dagKey}`,
  /** An event posted from outside. */
  event: (name: string): string => `event:${name}`,
  /** An answer over HTTP: only asking again finds it out. */
  http: 'http',
} as const
