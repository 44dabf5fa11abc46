import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'

/** Holds what a process answers on /metrics to Prometheus' own checks: its form, and its rules for names, types and units. */
export function checkMetrics(text: string): void {
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  expect({ status, error, said: `${stdout}${stderr}` }).toEqual({ status: 0, error: undefined, said: '' })
}
