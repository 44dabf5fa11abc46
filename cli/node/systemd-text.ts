import type { Unit } from './host.js'

/** What `systemctl show` prints: a block of NAME=value for each unit. */
export const parseProperties = (text: string): Record<string, string>[] => text.split(/\n\n+/).filter(block => block.trim() !== '').map(block =>
  Object.fromEntries(block.split('\n').filter(line => line.includes('=')).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])))

/** What systemd reads as an EnvironmentFile, as far as settings need it: no continued lines. */
export const parseEnvironment = (text: string): Record<string, string> => Object.fromEntries([...text.matchAll(/^\s*([A-Za-z_]\w*)=(.*)$/gm)].map(([, name = '', value = '']) => {
  const [, , quoted] = /^(["'])(.*)\1$/.exec(value.trim()) ?? []
  return [name, quoted ?? value.trim()]
}))

const STATES: Readonly<Record<string, Unit['state']>> = { active: 'active', reloading: 'active', activating: 'starting' }

/** Null for what is no service of Longshore, or was not started. */
export function unitOf(properties: Readonly<Record<string, string>>): Unit | null {
  const name = properties['Id'] ?? ''
  const [, service, pool] = /^longshore-(web|scheduler|worker)(?:@(.+))?\.service$/.exec(name) ?? []
  const state = STATES[properties['ActiveState'] ?? '']
  if ((service !== 'web' && service !== 'scheduler' && service !== 'worker') || state === undefined || properties['LoadState'] !== 'loaded') return null
  return { name, role: service, pool: pool ?? null, state, pid: Number(properties['MainPID'] ?? 0), restarts: Number(properties['NRestarts'] ?? 0) }
}

const UNDO_LEAST_S = 300
const UNDO_SPARE_S = 60

/** Seconds until systemd takes an update back by itself: longer than the update, its way back and the proof of that can take. */
export const undoAfter = (updateTimeout: number): number => Math.max(UNDO_LEAST_S, Math.ceil((3 * updateTimeout) / 1_000) + UNDO_SPARE_S)
