import type Docker from 'dockerode'
import { describe, expect, it } from 'vitest'
import { observe, type Surroundings } from './container-state.js'

const START = Date.parse('2026-01-01T00:00:00Z')
const CALM: Surroundings = { imageDigest: 'sha256:1', oomSeen: false, outages: [], hostBootedAt: null }

function info(state: Partial<Docker.ContainerInspectInfo['State']>): Docker.ContainerInspectInfo {
  const calm = { Running: false, Paused: false, Restarting: false, OOMKilled: false, ExitCode: 0, StartedAt: '2026-01-01T00:00:00.5Z', FinishedAt: '2026-01-01T00:01:00Z' }
  return { Id: 'abc', State: { ...calm, ...state } } as Docker.ContainerInspectInfo
}

describe('what inspect means', () => {
  it('is created while there is no start time, whatever the exit code says', () => {
    expect(observe(info({ StartedAt: '0001-01-01T00:00:00Z', ExitCode: 127 }), CALM)).toEqual({ state: 'created' })
  })

  it('keeps fractions of the start time', () => {
    expect(observe(info({ Running: true }), CALM)).toEqual({ state: 'running', run: { handle: 'abc', imageDigest: 'sha256:1', startedAt: START + 500 } })
  })

  it('did not start after its end, though the daemon may note it so', () => {
    expect(observe(info({ StartedAt: '2026-01-01T00:00:00.003Z', FinishedAt: '2026-01-01T00:00:00.002Z' }), CALM)).toMatchObject({ run: { startedAt: START + 2 }, exit: { finishedAt: START + 2 } })
  })

  it('is running while it is paused', () => {
    expect(observe(info({ Paused: true }), CALM).state).toBe('running')
  })

  it('is oom by the flag or by the event, whatever it exited with', () => {
    expect(observe(info({ OOMKilled: true, ExitCode: 137 }), CALM)).toMatchObject({ exit: { oom: true } })
    expect(observe(info({ ExitCode: 137 }), { ...CALM, oomSeen: true })).toMatchObject({ exit: { oom: true, lost: null } })
    expect(observe(info({ OOMKilled: true, ExitCode: 0 }), CALM)).toMatchObject({ exit: { oom: true } })
  })

  it.each([
    { what: 'killed while Docker was away', code: 137, from: 50_000, to: 65_000, lost: true },
    { what: 'killed when Docker came back', code: 255, from: 10_000, to: 58_000, lost: true },
    { what: 'killed while Docker is still away', code: 137, from: 10_000, to: null, lost: true },
    { what: 'killed long before', code: 137, from: 200_000, to: 210_000, lost: false },
    { what: 'failed by itself meanwhile', code: 1, from: 50_000, to: 65_000, lost: false },
  ])('a container that was $what: lost is $lost', ({ code, from, to, lost }) => {
    const seen = observe(info({ ExitCode: code }), { ...CALM, outages: [{ from: START + from, to: to === null ? null : START + to }] })
    expect(seen.state === 'exited' && seen.exit.lost !== null).toBe(lost)
  })

  it('is lost when the host was restarted under it', () => {
    expect(observe(info({ ExitCode: 255 }), { ...CALM, hostBootedAt: START + 30_000 })).toMatchObject({ exit: { lost: 'the host was restarted under it' } })
    expect(observe(info({ ExitCode: 255 }), { ...CALM, hostBootedAt: START - 30_000 })).toMatchObject({ exit: { lost: null } })
  })
})
