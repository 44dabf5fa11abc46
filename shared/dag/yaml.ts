import { isMap, isNode, isPair, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml'
import { compileDag } from './compile.js'
import type { DagDraft, KeyPath, Locate, SourcePosition } from './draft.js'
import type { DagProblem, DagVersion } from './model.js'
import { repeatedDags } from './repeated.js'

/** The DAGs of a YAML file, one a document, and what is wrong with it. */
export interface YamlDags {
  readonly versions: readonly DagVersion[]
  readonly problems: readonly DagProblem[]
}

/** Reads the DAGs of a YAML text. A document with neither `dag` nor `tasks` is none of ours and is passed over. */
export function parseYamlDags(text: string, file: string): YamlDags {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const drafts: DagDraft[] = []
  const versions: DagVersion[] = []
  const problems: DagProblem[] = []
  for (const document of Array.isArray(documents) ? documents : []) {
    const at = positions(document, lines, file)
    if (document.errors.length > 0) {
      for (const { pos, message } of document.errors) {
        const { line, col } = lines.linePos(pos[0])
        problems.push({ file, line, column: col, dag: null, task: null, message: `this is not YAML: ${message}` })
      }
      continue
    }
    const draft = draftOf(toValue(document), at)
    if (draft === null) continue
    if ('message' in draft) {
      problems.push({ ...at(draft.path), dag: null, task: null, message: draft.message })
      continue
    }
    drafts.push(draft)
    const compiled = compileDag(draft)
    if (compiled.ok) versions.push(compiled.version)
    else problems.push(...compiled.problems)
  }
  return { versions, problems: [...problems, ...repeatedDags(drafts)] }
}

/** Aliases are expanded a hundred times at most: ten lines of YAML must not become gigabytes. */
const toValue = (document: Document): unknown => document.toJS({ maxAliasCount: 100 })

interface Misshapen {
  readonly path: KeyPath
  readonly message: string
}

function draftOf(value: unknown, locate: Locate): DagDraft | Misshapen | null {
  if (!isRecord(value) || !('dag' in value || 'tasks' in value)) return null
  const { dag: id, tasks = {}, ...options } = value
  if (!isRecord(tasks)) return { path: ['tasks'], message: "'tasks' must be a map from the id of each task to its keys" }
  return {
    id,
    options,
    locate,
    tasks: Object.entries(tasks).map(([task, keys]) => ({
      id: task, options: keys ?? {}, after: [], locate: (path: KeyPath) => locate(['tasks', task, ...path]),
    })),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Finds the place of a key, or of the nearest thing around it that is there. */
function positions(document: Document, lines: LineCounter, file: string): Locate {
  return (path: KeyPath): SourcePosition => {
    let node: unknown = document.contents
    let found = offsetOf(node) ?? 0
    for (const part of path) {
      const next = isMap(node) ? (node.items).find(({ key }) => keyText(key) === String(part)) : isSeq(node) ? node.items[Number(part)] : undefined
      if (next === undefined) break
      found = offsetOf(isPair(next) ? next.key : next) ?? found
      node = isPair(next) ? next.value : next
    }
    const { line, col } = lines.linePos(found)
    return { file, line, column: col }
  }
}

const keyText = (key: unknown): string => String(typeof key === 'object' && key !== null && 'value' in key ? key.value : key)

const offsetOf = (node: unknown): number | undefined => (isNode(node) ? (node as Node).range?.[0] : undefined)
