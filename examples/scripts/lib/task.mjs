import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Longshore's codes: 65 fails without another try, 99 counts as skipped; anything else but 0 is tried again. */
export const EXIT_DATA = 65
export const EXIT_SKIP = 99

/** Something is wrong with the data or the call itself, so that another try would fail the same way. */
export class DataError extends Error {}

/** Runs a task; what it throws becomes one line on stderr and the exit code. */
export async function task(body) {
  try {
    const code = await body(process.argv.slice(2))
    process.exitCode = code ?? 0
  } catch (error) {
    console.error(error instanceof DataError ? `error: ${error.message}` : error)
    process.exitCode = error instanceof DataError ? EXIT_DATA : 1
  }
}

export function setting(name) {
  const value = process.env[name]
  if (value === undefined || value === '') throw new DataError(`the environment variable ${name} is not set`)
  return value
}

/** A file of the data folder. */
export const source = name => join(setting('DATA'), name)

/** A file in the output folder that all runs share. */
export const shared = (...path) => join(setting('OUT'), ...path)

/** A file of this run alone. Run ids hold colons, which some tools take for more than a letter. */
export function ofRun(...path) {
  const folder = id => setting(id).replaceAll(/[^A-Za-z0-9._-]/g, '-')
  return shared('runs', folder('LONGSHORE_DAG_ID'), folder('LONGSHORE_RUN_ID'), ...path)
}

/** The whole file appears at once or not at all; a second try writes the same again. */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  const part = `${path}.${process.env.LONGSHORE_ATTEMPT ?? process.pid}.part`
  writeFileSync(part, text)
  renameSync(part, path)
}

/** What tasks downstream see as `results.<task>`. */
export function writeResult(value) {
  console.log(`result: ${JSON.stringify(value)}`)
  const file = process.env.LONGSHORE_RESULT
  if (file) writeFileSync(file, JSON.stringify(value))
}

/** A file that an earlier task or another product wrote; when it is not there, another try will not find it either. */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') throw new DataError(`there is no file ${path}`)
    throw error
  }
}

export function readJson(path) {
  const text = readText(path)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DataError(`${path} is not JSON: ${error.message}`)
  }
}

/** One JSON value a line. */
export const jsonLines = rows => rows.map(row => `${JSON.stringify(row)}\n`).join('')
export const readJsonLines = path => parseJsonLines(readText(path))
export const parseJsonLines = text => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line))

export const round = (value, digits = 1) => Number(value.toFixed(digits))
export const sum = values => values.reduce((total, value) => total + value, 0)
export const mean = values => sum(values) / values.length

/** The values of each group, in order of first appearance. */
export function groupBy(rows, keyOf) {
  const groups = new Map()
  for (const row of rows) {
    const key = keyOf(row)
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(row)
  }
  return groups
}
