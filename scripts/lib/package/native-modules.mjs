import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../paths.mjs'
import { Refusal } from '../say.mjs'
import { NATIVE } from './bundle.mjs'

/** Debian is glibc. */
const PLATFORM = { x64: ['@libsql/linux-x64-gnu', '@esbuild/linux-x64'], arm64: ['@libsql/linux-arm64-gnu', '@esbuild/linux-arm64'] }

/** The packages that a bundle cannot hold, and what they need; in `node_modules` beside it. */
export function nativePackages(arch = process.arch) {
  const binaries = PLATFORM[arch]
  if (binaries === undefined) throw new Refusal(`There is no package for ${arch}, only for ${Object.keys(PLATFORM).join(' and ')}.`)
  const names = new Set()
  const add = name => {
    if (names.has(name)) return
    names.add(name)
    for (const dependency of Object.keys(manifest(name).dependencies ?? {})) add(dependency)
  }
  for (const name of [...NATIVE, ...binaries]) add(name)
  return [...names].sort()
}

export function copyNativeModules(folder) {
  for (const name of nativePackages()) {
    // A package's `bin` of esbuild is the same binary once more.
    cpSync(join(ROOT, 'node_modules', name), join(folder, name), { recursive: true, dereference: true, filter: from => !from.endsWith('/esbuild/bin') && !/\.(?:md|ts|map)$/.test(from) })
  }
}

export function manifest(name) {
  const path = join(ROOT, 'node_modules', name, 'package.json')
  if (!existsSync(path)) throw new Refusal(`${name} is not installed. Run npm ci, with optional dependencies, then again.`)
  return JSON.parse(readFileSync(path, 'utf8'))
}
