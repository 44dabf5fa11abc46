import { describe, expect, it } from 'vitest'
import { ConfigSchema } from '../shared/config/schema.js'
import { payload } from '../test/worker/stand-in.js'
import { admit, isAllowed } from './admission.js'

const CONFIG = ConfigSchema.parse({ allowImage: 'etl*,registry.example/team/*' })
const container = payload({ attempt: '7.1', kind: 'container', image: 'etl:1' })

describe('a job', () => {
  it('that is whole and allowed is admitted', () => {
    expect(admit({ id: '7.1', data: container }, 'default', CONFIG)).toEqual({ kind: 'admitted', payload: container })
  })

  it('that names another attempt than its id is rejected in the name of its id', () => {
    expect(admit({ id: '8.1', data: container }, 'default', CONFIG)).toMatchObject({ kind: 'rejected', attempt: '8.1' })
  })

  it.each([undefined, '', '7', 'a.b', '7.1.1', '07.1', '{longshore}'])('with the id %s is nobody’s', id => {
    expect(admit({ id, data: container }, 'default', CONFIG).kind).toBe('alien')
  })

  it.each([
    ['another queue', { queue: 'other' }, 'queue other'],
    ['another image', { image: 'evil:1' }, 'evil:1'],
    ['no image', { image: null }, 'names no image'],
    ['a process', { kind: 'process' as const, image: null }, '--allow-process'],
    ['something unknown', { privileged: true }, 'malformed'],
    ['a wrong type', { timeout: 'soon' }, 'malformed'],
  ])('for %s is rejected, and the detail says why', (_, wrong, why) => {
    const admission = admit({ id: '7.1', data: { ...container, ...wrong } }, 'default', CONFIG)
    expect(admission.kind === 'rejected' && admission.detail).toContain(why)
  })
})

it.each([
  ['etl', true], ['etl:stable', true], ['etl2/x', true], ['my-etl', false], ['registry.example/team/a:1', true], ['registryXexample/team/a', false], ['registry.example/other/a', false],
])('image %s: allowed is %s', (image, allowed) => {
  expect(isAllowed(image, CONFIG.allowImage)).toBe(allowed)
})
