import { basename, extname } from 'node:path'

const SCRIPTS = new Set(['.ts', '.mts', '.js', '.mjs'])
const YAML = new Set(['.yaml', '.yml'])
/** Types and tests live beside DAGs and are not DAGs. */
const NOT_DAGS = /\.d\.m?ts$|\.(?:test|spec)\.m?[jt]s$/

export type FileKind = 'script' | 'yaml'

/** How a file of the DAG folder is evaluated; null when it is not. */
export function fileKind(path: string): FileKind | null {
  const name = basename(path)
  if (name.startsWith('.') || NOT_DAGS.test(name)) return null
  const extension = extname(name)
  if (SCRIPTS.has(extension)) return 'script'
  return YAML.has(extension) ? 'yaml' : null
}
