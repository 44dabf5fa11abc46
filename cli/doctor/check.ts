import type { LoadedConfig } from '../../shared/config/load.js'

export const ROLES = ['all', 'standalone', 'scheduler', 'worker'] as const
/** What this machine is for: a scheduler's host needs no Docker, and a worker's no database. */
export type Role = (typeof ROLES)[number]

export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do; null when there is nothing to do. */
  readonly advice: string | null
}

export interface Checkup extends LoadedConfig {
  readonly role: Role
}

/** Looks at one thing. What it finds wrong is a finding; only its own failure is an error. */
export type Check = (checkup: Checkup) => Promise<readonly Finding[]>

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail, advice: null })
export const warn = (check: string, detail: string, advice: string): Finding => ({ check, status: 'warn', detail, advice })
export const fail = (check: string, detail: string, advice: string): Finding => ({ check, status: 'fail', detail, advice })

/** The value of what may take long, or an error when it takes longer. */
export async function withLimit<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

/** A failure that tells what to do. */
export function failed(check: string, error: unknown): Finding {
  const { message, hint } = error as { message: string; hint?: string }
  return fail(check, message, hint ?? 'Run `longshore doctor --log-level debug` to see where this comes from.')
}
