import type { WorkerFacts } from '../../../shared/broker/presence.js'
import { bytesText } from '../../../shared/bytes.js'

/** What tasks have reserved on a worker, of how much; nothing for a worker that counts nothing, or does not say. */
export function capacityFields(capacity: WorkerFacts['capacity'] | null): [title: string, value: string][] {
  if (capacity == null) return []
  const { cpus, cpusReserved, memory, memoryReserved } = capacity
  return [
    ...(cpus === null ? [] : [['CPUs', `${Math.round(cpusReserved * 100) / 100} of ${cpus} reserved`] satisfies [string, string]]),
    ...(memory === null ? [] : [['memory', `${bytesText(memoryReserved)} of ${bytesText(memory)} reserved`] satisfies [string, string]]),
  ]
}
