import { describe, expect, it } from 'vitest'
import type { DagSpec, TaskSpec } from './model.js'
import { groupsOf } from './svg-groups.js'
import { MOST_EDGES, MOST_TASKS, renderSvg } from './svg.js'

const task = (id: string, more: Partial<TaskSpec> = {}): TaskSpec => ({
  id, kind: 'container', image: 'busybox', triggerRule: 'all_success', after: [], dependsOnPast: false, waitForDownstream: false,
  map: null, branch: false, shortCircuit: false, outlets: [], wait: null, trigger: null, ...more,
} as TaskSpec)
const dag = (tasks: readonly TaskSpec[], more: Partial<DagSpec> = {}): DagSpec => ({ dag: 'team.load', description: null, tasks, ...more } as DagSpec)

/** The text of each box, in the order in which they are drawn. */
const boxes = (svg: string): string[][] => [...svg.matchAll(/<g class="task .*?<\/g>\n/gs)].map(([line]) => [...line.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text as string))
const marksOf = (more: Partial<TaskSpec>): string[] => boxes(renderSvg(dag([task('a', more)])))[0]?.slice(2) as string[]

describe('the drawing of a DAG', () => {
  it('is one file that needs nothing from elsewhere and follows the reader\'s scheme', () => {
    const svg = renderSvg(dag([task('a'), task('b', { after: ['a'] })]))
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|<script|<image|xlink|data:/)
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
    expect(svg).toContain('aria-label="Graph of DAG team.load, 2 tasks"')
  })

  it('has a box for each task and a line for each edge', () => {
    const svg = renderSvg(dag([task('a'), task('b', { after: ['a'] }), task('c', { after: ['a', 'b'] })]))
    expect(boxes(svg)).toEqual([['a', 'busybox'], ['b', 'busybox'], ['c', 'busybox']])
    expect(svg.match(/<path class="edge"/g)).toHaveLength(3)
  })

  it.each<[string, Partial<TaskSpec>]>([
    ['process', { kind: 'process', image: null }],
    ['empty', { kind: 'empty', image: null }],
    ['until 09:30', { kind: 'wait', wait: { kind: 'time', until: '09:30', onTimeout: 'fail' } }],
    ['for sales.hourly', { kind: 'wait', wait: { kind: 'dag', dag: 'sales.hourly', task: null, offset: 0, onTimeout: 'fail' } }],
    ['for sales.hourly / load', { kind: 'wait', wait: { kind: 'dag', dag: 'sales.hourly', task: 'load', offset: 0, onTimeout: 'fail' } }],
    ['for event approved', { kind: 'wait', wait: { kind: 'event', event: 'approved', onTimeout: 'fail' } }],
    ['runs web.publish and waits', { kind: 'trigger', trigger: { dag: 'web.publish', params: {}, wait: true } }],
    ['runs web.publish', { kind: 'trigger', trigger: { dag: 'web.publish', params: {}, wait: false } }],
  ])('says %s', (what, more) => {
    const svg = renderSvg(dag([task('a', more)]))
    expect(boxes(svg)).toEqual([['a', what]])
    expect(svg).toContain(`<g class="task ${more.kind ?? ''}">`)
  })

  it('shows no secret that is in a URL', () => {
    const svg = renderSvg(dag([task('a', { kind: 'wait', wait: { kind: 'http', url: 'https://me:pass@api.test/v1?token=secret#x', method: 'GET', headers: { authorization: 'secret' }, status: [], contains: null, onTimeout: 'fail' } })]))
    expect(boxes(svg)).toEqual([['a', 'for GET https://api.test/v1']])
    expect(svg).not.toMatch(/secret|pass/)
  })

  it('marks what is not as usual', () => {
    expect(marksOf({})).toEqual([])
    expect(marksOf({ triggerRule: 'one_failed', branch: true, shortCircuit: true, dependsOnPast: true, outlets: ['s3/x'] })).toEqual(['one_failed', 'branch', 'short-circuit', 'needs its past', 'updates s3/x'])
    expect(marksOf({ dependsOnPast: true, waitForDownstream: true })).toEqual(['needs its past and what followed'])
    const axes = [{ name: 'a', source: { kind: 'task', task: 'list' } }, { name: 'b', source: { kind: 'param', param: 'd' } }, { name: 'c', source: { kind: 'list', values: [1, 2] } }] as const
    expect(marksOf({ map: { axes, limit: 1, maxActive: null } })).toEqual(['mapped over list × params.d × 2 values'])
  })

  it('dashes the edges that may not be followed', () => {
    const svg = renderSvg(dag([task('choose', { branch: true }), task('b', { after: ['choose'] }), task('c', { after: ['b'] })]))
    expect([...svg.matchAll(/<path class="(edge.*?)"/g)].map(([, name]) => name)).toEqual(['edge choice', 'edge'])
  })

  it('is well-formed XML and runs no code, whatever the author writes', () => {
    const evil = `"><script>alert(1)</script><g onload='x'>&\u0000\u001b\ud800\uffff]]>`
    const svg = renderSvg(dag([task('a', { image: evil, outlets: [evil] }), task('b', { kind: 'wait', wait: { kind: 'event', event: evil, onTimeout: 'fail' } })], { description: evil }))
    expect(svg).not.toContain('<script')
    expect(svg).not.toMatch(/[\x00-\x08\x1b\ud800-\udfff\uffff]/)
    const text = svg.replace(/<style>.*?<\/style>/s, '').replace(/<\/?[a-z]+(?: [a-zA-Z:-]+="[^"<>]*")*\/?>/g, '')
    expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/)
  })

  it('cuts the middle of a long name and keeps the whole for who points at it', () => {
    const id = `load_${'x'.repeat(100)}_7`
    const svg = renderSvg(dag([task(id)]))
    expect(boxes(svg)[0]?.[0]).toMatch(/^load_x+…x+_7$/)
    expect(svg).toContain(`<title>${id}\nbusybox</title>`)
  })

  it('refuses what nobody could read, with what to do instead', () => {
    const wide = Array.from({ length: MOST_TASKS + 1 }, (_, n) => task(`t${n}`))
    expect(() => renderSvg(dag(wide))).toThrow(expect.objectContaining({ code: 'LS_GRAPH_TOO_LARGE', message: `DAG 'team.load' has 501 tasks and 0 edges; a drawing may have 500 tasks and 1500 edges` }))
    const half = Array.from({ length: 40 }, (_, n) => task(`a${n}`))
    const dense = [...half, ...Array.from({ length: 40 }, (_, n) => task(`b${n}`, { after: half.map(({ id }) => id) }))]
    expect(dense.length * 20).toBeGreaterThan(MOST_EDGES)
    expect(() => renderSvg(dag(dense))).toThrow(expect.objectContaining({ code: 'LS_GRAPH_TOO_LARGE' }))
  })
})

describe('groups', () => {
  const ids = (...given: [id: string, ...after: string[]][]): DagSpec => dag(given.map(([id, ...after]) => task(id, { after })))

  it('get a box each, in the box around them, and their tasks short names', () => {
    const spec = ids(['a.x'], ['a.y', 'a.x'], ['a.b.p', 'a.y'], ['a.b.q', 'a.y'], ['z', 'a.b.p', 'a.b.q'])
    expect([...groupsOf(spec)]).toEqual([['a', null], ['a.b', 'a']])
    expect(boxes(renderSvg(spec)).map(([name]) => name)).toEqual(['x', 'y', 'p', 'q', 'z'])
  })

  it('of one get none', () => {
    expect([...groupsOf(ids(['a.x'], ['a.b.y'], ['c.z']))]).toEqual([['a', null]])
  })

  it('that a path leaves and enters again get none', () => {
    expect([...groupsOf(ids(['a.x'], ['y', 'a.x'], ['a.z', 'y']))]).toEqual([])
  })

  it('that need each other do not both get one', () => {
    expect([...groupsOf(ids(['a.x'], ['b.x'], ['a.y', 'b.x'], ['b.y', 'a.x']))]).toEqual([['a', null]])
  })
})
