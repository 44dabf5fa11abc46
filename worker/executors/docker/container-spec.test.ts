import { describe, expect, it } from 'vitest'
import { payload } from '../../../test/worker/stand-in.js'
import { containerSpec, withTag } from './container-spec.js'

const CONTEXT = { worker: 'w-1', pushgatewayUrl: '', network: '', pidsLimit: 4_096, cgroupParent: '', runtime: '', resultDirectory: '/state/output', hostsFile: '/state/hosts', systemCalls: '' }
const spec = (task: Parameters<typeof payload>[0], context: Partial<typeof CONTEXT> = {}): ReturnType<typeof containerSpec> =>
  containerSpec({ attempt: task.attempt, directory: '/state', payload: payload({ kind: 'container', image: 'etl', ...task }) }, { ...CONTEXT, ...context })

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

  it('is on the network of the worker unless the task names one', () => {
    expect(spec({ attempt: '7.2' }).HostConfig).not.toHaveProperty('NetworkMode')
    expect(spec({ attempt: '7.2' }, { network: 'tasks' }).HostConfig).toMatchObject({ NetworkMode: 'tasks' })
    expect(spec({ attempt: '7.2', network: 'none' }, { network: 'tasks' }).HostConfig).toMatchObject({ NetworkMode: 'none' })
  })

  it('without a network has that of the kernel, where localhost is a name', () => {
    const [hosts, off] = [{ Type: 'bind', Source: '/state/hosts', Target: '/etc/hosts', ReadOnly: true }, { NetworkDisabled: true }]
    expect(spec({ attempt: '7.2', network: 'none' })).toMatchObject({ ...off, HostConfig: { NetworkMode: 'none', Mounts: [hosts] } })
    expect(spec({ attempt: '7.2' }, { network: 'none' })).toMatchObject({ ...off, HostConfig: { Mounts: [hosts] } })
    for (const target of ['/etc/hosts', '/etc/', '/etc/./hosts']) {
      const own = { source: '/mine', target, readOnly: false }
      expect(spec({ attempt: '7.2', network: 'none', mounts: [own] })).toMatchObject({ ...off, HostConfig: { Mounts: [{ Source: '/mine', Target: target }] } })
    }
    for (const made of [spec({ attempt: '7.2', network: 'host' }), spec({ attempt: '7.2' }), spec({ attempt: '7.2', network: 'none' }, { hostsFile: '' })]) {
      expect(made).toMatchObject({ HostConfig: { Mounts: [] } })
      expect(made).not.toHaveProperty('NetworkDisabled')
    }
  })

  it('gets what it asks for beyond the default set of capabilities, and nothing else', () => {
    const own = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID']
    expect(spec({ attempt: '7.2' }).HostConfig).toMatchObject({ CapDrop: ['ALL'], CapAdd: own })
    expect(spec({ attempt: '7.2', capAdd: ['NET_RAW', 'KILL'] }).HostConfig).toMatchObject({ CapDrop: ['ALL'], CapAdd: [...own, 'NET_RAW'] })
  })

  it('is run by the runtime of the worker, or by what Docker has for all', () => {
    expect(spec({ attempt: '7.2' }, { runtime: 'crun' }).HostConfig).toMatchObject({ Runtime: 'crun' })
    expect(spec({ attempt: '7.2' }).HostConfig).not.toHaveProperty('Runtime')
  })

  it('has the given profile of system calls, unless capabilities want more of them', () => {
    const given = { systemCalls: '{"defaultAction":"SCMP_ACT_ERRNO"}' }
    expect(spec({ attempt: '7.2' }, given).HostConfig?.SecurityOpt).toEqual(['no-new-privileges', 'seccomp={"defaultAction":"SCMP_ACT_ERRNO"}'])
    expect(spec({ attempt: '7.2', capAdd: ['SYS_PTRACE'] }, given).HostConfig?.SecurityOpt).toEqual(['no-new-privileges'])
  })

  it('has a /tmp of its own when it is read-only, unless something is mounted there', () => {
    expect(spec({ attempt: '7.2', readOnly: true }).HostConfig).toMatchObject({ ReadonlyRootfs: true, Tmpfs: { '/tmp': 'mode=1777' } })
    expect(spec({ attempt: '7.2', readOnly: true, mounts: [{ source: 'scratch', target: '/tmp', readOnly: false }] }).HostConfig).not.toHaveProperty('Tmpfs')
    expect(spec({ attempt: '7.2' }).HostConfig).not.toHaveProperty('ReadonlyRootfs')
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
