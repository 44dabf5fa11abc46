import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { DataError, jsonLines, parseJsonLines, readJson, readText, shared, writeWhole } from './task.mjs'

/**
 * A database in files, built like Delta Lake: a table is a data file named by its own checksum and a row of numbered
 * commits, each of which names one. A version appears with its commit, whole; two runs that commit at once cannot both
 * get the same number, and the later one starts over from what the earlier one wrote.
 */
export function openTable(name) {
  const folder = (...path) => shared('warehouse', name, ...path)
  const commitFile = version => folder('commits', `${String(version).padStart(8, '0')}.json`)

  function latest() {
    mkdirSync(folder('commits'), { recursive: true })
    const [last] = readdirSync(folder('commits')).filter(file => /^\d{8}\.json$/.test(file)).sort().reverse()
    return last === undefined ? 0 : Number.parseInt(last, 10)
  }

  function read(version) {
    if (version === 0) return []
    const { data, sha256 } = readJson(commitFile(version))
    const text = readText(folder(data))
    if (checksum(text) !== sha256) throw new DataError(`${data} of table ${name} is damaged: its checksum is not that of version ${version}`)
    return parseJsonLines(text)
  }

  /** Replaces the rows that have the same key. A load that changes nothing, as a second try, makes no new version. */
  function upsert(rows, keyOf, by) {
    for (;;) {
      const version = latest()
      const merged = new Map([...read(version), ...rows].map(row => [keyOf(row), row]))
      const text = jsonLines([...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row))
      const sha256 = checksum(text)
      if (version > 0 && readJson(commitFile(version)).sha256 === sha256) return { version, rows: merged.size, sha256, changed: false }
      const data = `data-${sha256.slice(0, 16)}.jsonl`
      writeWhole(folder(data), text)
      const commit = { version: version + 1, data, sha256, rows: merged.size, bytes: Buffer.byteLength(text), by, at: new Date().toISOString() }
      if (publish(commitFile(version + 1), commit)) return { version: version + 1, rows: merged.size, sha256, changed: true }
    }
  }

  return { latest, read, upsert }
}

/** False when somebody else was first: unlike a rename, a link never replaces what is there. */
function publish(path, commit) {
  const part = `${path}.${process.env.LONGSHORE_ATTEMPT ?? process.pid}.part`
  writeFileSync(part, `${JSON.stringify(commit, null, 2)}\n`)
  try {
    linkSync(part, path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(part, { force: true })
  }
}

const checksum = text => createHash('sha256').update(text).digest('hex')
