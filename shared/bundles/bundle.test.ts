import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/harness/temp-dir.js'
import { bundleOf, MOST_BYTES, MOST_FILES, type BundleFile } from './bundle.js'
import { readBundle, writeBundle } from './folder.js'
import { planBundle, touchedDags, type ManifestDag } from './manifest.js'
import { packBundle, unpackBundle } from './pack.js'

const file = (path: string, text = ''): BundleFile => ({ path, content: Buffer.from(text) })

describe('a bundle', () => {
  it('is named by its paths and contents, and by nothing else', () => {
    const { hash, files, bytes } = bundleOf([file('b.yaml', 'two'), file('a/c.json', 'one')])
    expect(bundleOf([file('a/c.json', 'one'), file('b.yaml', 'two')]).hash).toBe(hash)
    expect(files.map(({ path }) => path)).toEqual(['a/c.json', 'b.yaml'])
    expect(bytes).toBe(6)
    const others = [[file('b.yaml', 'two')], [file('b.yaml', 'one'), file('a/c.json', 'two')], [file('b.yaml', 'two'), file('a/d.json', 'one')]]
    for (const other of others) expect(bundleOf(other).hash).not.toBe(hash)
  })

  it.each([
    '', '/etc/passwd', 'C:/windows', '..', '../a', 'a/../../b', 'a/./b', 'a//b', 'a/', './a', 'a\\b', 'a\0.yaml', 'a\nb', '.env', 'a/.git/config', 'node_modules/x/index.js', '\ud800', 'x'.repeat(201), `${'x/'.repeat(200)}y`,
  ])('refuses the path %j', path => {
    expect(() => bundleOf([file(path)])).toThrow(expect.objectContaining({ code: 'LS_BUNDLE_INVALID' }))
  })

  it.each([
    [['a.yaml', 'a.yaml']], [['a.yaml', 'A.yaml']], [['lib/a', 'Lib/b']], [['a', 'a/b']], [['a/b', 'a']], [['\u00e9.yaml', 'e\u0301.yaml']],
  ])('refuses paths that are one on some file systems: %j', paths => {
    expect(() => bundleOf(paths.map(path => file(path)))).toThrow(expect.objectContaining({ code: 'LS_BUNDLE_INVALID', message: expect.stringContaining('the same on some file systems') }))
  })

  it('has limits', () => {
    const many = Array.from({ length: MOST_FILES + 1 }, (_, n) => file(`${n}.yaml`))
    expect(bundleOf(many.slice(1)).files).toHaveLength(MOST_FILES)
    const large = { path: 'large', content: Buffer.alloc(MOST_BYTES) }
    expect(bundleOf([large]).bytes).toBe(MOST_BYTES)
    for (const files of [many, [large, file('a', 'b')]]) expect(() => bundleOf(files)).toThrow(expect.objectContaining({ code: 'LS_BUNDLE_TOO_LARGE' }))
  })

  it('is the same after it was packed and unpacked, and is not taken for another', async () => {
    const bundle = bundleOf([file('a.yaml', 'dag: a'), { path: 'data/ä.bin', content: Buffer.from([0, 255, 10]) }])
    const packed = await packBundle(bundle)
    expect(await unpackBundle(packed, bundle.hash)).toEqual(bundle)
    const escaping = await packBundle({ files: [file('../../outside.yaml')] })
    for (const damaged of [packed.subarray(0, -9), Buffer.from('no bundle'), await packBundle(bundleOf([file('b.yaml')])), escaping]) {
      await expect(unpackBundle(damaged, bundle.hash)).rejects.toMatchObject({ code: 'LS_BUNDLE_DAMAGED' })
    }
  })
})

describe('a folder', () => {
  it('becomes a bundle without what is hidden, and a folder again', async () => {
    const folder = tempDir('dags')
    for (const part of ['.git', 'lib', 'node_modules']) mkdirSync(join(folder, part))
    for (const name of ['a.yaml', 'lib/b.ts', '.env', '.git/config', 'node_modules/c.js']) writeFileSync(join(folder, name), name)
    const bundle = await readBundle(folder)
    expect(bundle.files.map(({ path }) => path)).toEqual(['a.yaml', 'lib/b.ts'])
    const other = tempDir('unpacked')
    await writeBundle(other, bundle)
    expect(await readBundle(other)).toEqual(bundle)
  })

  it('with a link in it is refused: it may lead to anything of this machine', async () => {
    const folder = tempDir('dags')
    symlinkSync('/etc/passwd', join(folder, 'data.txt'))
    await expect(readBundle(folder)).rejects.toMatchObject({ code: 'LS_BUNDLE_INVALID', message: 'data.txt is a symbolic link' })
    await expect(readBundle(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'LS_USAGE' })
  })
})

describe('a plan', () => {
  const dag = (id: string, more: Partial<ManifestDag> = {}): ManifestDag => ({ dag: id, file: `${id}.yaml`, hash: 'h', source: 's', ...more })
  const before = [dag('same'), dag('gone'), dag('other'), dag('moved'), dag('rewritten')]
  const after = [dag('same'), dag('new'), dag('other', { hash: 'i' }), dag('moved', { file: 'elsewhere.yaml' }), dag('rewritten', { source: 't' })]

  it('tells which DAGs are added, changed and removed', () => {
    expect(planBundle(before, after)).toEqual({ added: [{ dag: 'new', file: 'new.yaml' }], changed: [{ dag: 'other', file: 'other.yaml' }], removed: [{ dag: 'gone', file: 'gone.yaml' }], unchanged: 3 })
  })

  it('touches DAGs whose source is another as well, where both are known', () => {
    expect(touchedDags(before, after)).toEqual(['gone', 'moved', 'new', 'other', 'rewritten'])
    expect(touchedDags([dag('a', { source: null })], [dag('a')])).toEqual([])
  })
})
