import { describe, expect, it } from 'vitest'
import { payload } from '../../../test/worker/stand-in.js'
import { containerSpec, withTag } from './container-spec.js'

const CONTEXT = { worker: 'w-1', pushgatewayUrl: '', resultDirectory: '/state/output' }
const spec = (task: Parameters<typeof payload>[0]): ReturnType<typeof containerSpec> =>
  containerSpec({ attempt: task.attempt, directory: '/state', payload: payload({ kind: 'container', image: 'etl', ...task }) }, CONTEXT)

describe('the container of an attempt', () => {
  it('is named and labelled after it, and labels of the user cannot take the place of ours', () => {
    const { name, Labels } = spec({ attempt: '7.2', labels: { team: 'a', 'longshore.worker': 'evil' } })
    expect(name).toBe('longshore-w-1-7.2')
    expect(Labels).toMatchObject({ team: 'a', 'longshore.worker': 'w-1', 'longshore.attempt': '7.2', 'longshore.queue': 'default', 'longshore.v': '1' })
  })

  it('outlives its end, never restarts, has an init, and its log never rotates', () => {
    expect(spec({ attempt: '7.2' }).HostConfig).toMatchObject({
      Init: true, AutoRemove: false, RestartPolicy: { Name: 'no' }, LogConfig: { Type: 'json-file', Config: { 'max-size': '1t' } }, SecurityOpt: ['no-new-privileges'],
    })
  })

  it('has the limits that the task asks for', () => {
    expect(spec({ attempt: '7.2', memory: 1024, cpus: 0.5, shm: 64, gpus: 'all', network: 'host' }).HostConfig).toMatchObject({
      Memory: 1024, MemorySwap: 1024, NanoCpus: 5e8, ShmSize: 64, NetworkMode: 'host', DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }],
    })
    expect(spec({ attempt: '7.2' }).HostConfig).not.toHaveProperty('Memory')
  })

  it('binds paths, mounts volumes, and has a place for its result only when it has one', () => {
    const mounts = [{ source: '/data', target: '/in', readOnly: true }, { source: 'cache', target: '/cache', readOnly: false }]
    expect(spec({ attempt: '7.2', mounts, result: true })).toMatchObject({
      Env: ['LONGSHORE_RESULT=/longshore/result.json'],
      HostConfig: { Mounts: [
        { Type: 'bind', Source: '/data', Target: '/in', ReadOnly: true }, { Type: 'volume', Source: 'cache', Target: '/cache' }, { Type: 'bind', Source: '/state/output', Target: '/longshore' },
      ] },
    })
    expect(spec({ attempt: '7.2' })).toMatchObject({ Env: [], HostConfig: { Mounts: [] } })
  })

  it.each([
    ['etl', 'etl:latest'], ['etl:1', 'etl:1'], ['registry:5000/etl', 'registry:5000/etl:latest'], ['registry:5000/team/etl:2', 'registry:5000/team/etl:2'], ['etl@sha256:00', 'etl@sha256:00'],
  ])('%s is pulled as %s', (image, whole) => {
    expect(withTag(image)).toBe(whole)
  })
})
