import { bytesText } from '../../shared/bytes.js'
import type { AttemptView, TaskView } from '../../shared/views/run-view.js'

/** What all attempts used together, and the most memory that one of them had; null where no worker could see anything. */
export function usedText(tasks: readonly Pick<TaskView, 'attempts'>[]): string | null {
  const seen = tasks.flatMap(({ attempts }) => attempts.flatMap(({ resources }: AttemptView) => resources ?? []))
  const known = (key: keyof (typeof seen)[number]): number[] => seen.flatMap(resources => resources[key] ?? [])
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const part = (values: readonly number[], text: (values: readonly number[]) => string): string[] => (values.length === 0 ? [] : [text(values)])
  const parts = [
    ...part(known('cpuSeconds'), values => `${sum(values).toFixed(2)} s of CPU`),
    ...part(known('peakMemory'), values => `at most ${bytesText(values.reduce((most, value) => Math.max(most, value), 0))} of memory`),
    ...part(known('ioRead'), values => `${bytesText(sum(values))} read`),
    ...part(known('ioWrite'), values => `${bytesText(sum(values))} written`),
  ]
  const pulls = tasks.flatMap(({ attempts }) => attempts.flatMap(({ pull }: AttemptView) => pull ?? []))
  if (pulls.length > 0) parts.push(`${bytesText(sum(pulls.map(({ bytes }) => bytes)))} of images pulled in ${(sum(pulls.map(({ ms }) => ms)) / 1_000).toFixed(1)} s`)
  return parts.length === 0 ? null : parts.join(', ')
}
