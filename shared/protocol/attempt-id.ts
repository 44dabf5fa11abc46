/**
 * `<task instance id>.<fence>`: names one attempt everywhere — job id, container name suffix, lease, log.
 * BullMQ refuses ids that are integers or hold a colon, hence the dot.
 */
export type AttemptId = `${number}.${number}`

export interface AttemptRef {
  readonly taskInstance: number
  readonly fence: number
}

export const attemptId = ({ taskInstance, fence }: AttemptRef): AttemptId => `${taskInstance}.${fence}`

const PATTERN = /^([1-9]\d{0,15})\.([1-9]\d{0,9})$/

/** The parts of an attempt id, or null when the text is not one. */
export function parseAttemptId(text: string): AttemptRef | null {
  const match = PATTERN.exec(text)
  if (!match) return null
  return { taskInstance: Number(match[1]), fence: Number(match[2]) }
}
