import { expect, it } from 'vitest'
import { NATIVE_PROFILE } from './system-call-profile.js'
import { profileFor } from './system-calls.js'

it.each([
  ['Docker’s own profile, as Docker 20 calls it', { Architecture: 'x86_64', SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default'] }, NATIVE_PROFILE],
  ['Docker’s own profile, as later ones do', { Architecture: 'aarch64', SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'] }, NATIVE_PROFILE],
  ['a profile of the operator', { Architecture: 'x86_64', SecurityOptions: ['name=seccomp,profile=/etc/docker/seccomp.json'] }, ''],
  ['none, on purpose', { Architecture: 'x86_64', SecurityOptions: ['name=seccomp,profile=unconfined'] }, ''],
  ['a kernel without filters', { Architecture: 'x86_64', SecurityOptions: [] }, ''],
  ['a machine whose system calls have other names', { Architecture: 's390x', SecurityOptions: ['name=seccomp,profile=default'] }, ''],
  ['a Docker that does not say', {}, ''],
])('with %s', (_, info, profile) => {
  expect(profileFor(info)).toBe(profile)
})

it('names every system call once', () => {
  const { syscalls } = JSON.parse(NATIVE_PROFILE) as { syscalls: { names: string[]; args?: object[] }[] }
  const plain = syscalls.filter(({ args }) => args?.length === 0).flatMap(({ names }) => names)
  expect(plain.length).toBeGreaterThan(290)
  expect(new Set(plain).size).toBe(plain.length)
  for (const { names, args } of syscalls) if (args?.length !== 0) expect(names.filter(name => plain.includes(name))).toEqual([])
})
