import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Declared {
  readonly kind: 'variable' | 'output'
  readonly name: string
  readonly description: string
  readonly type: string
  readonly fallback: string
}

const HEADING = '\n## Inputs\n'

/** The README of a module: what people wrote, and behind it the tables of what it takes and gives, as its files have them. */
export function readmeOf(module: string): string {
  const written = readFileSync(join(module, 'README.md'), 'utf8').split(HEADING)[0]!.trimEnd()
  const files = readdirSync(module).filter(file => file.endsWith('.tf')).sort()
  const all = files.flatMap(file => declared(readFileSync(join(module, file), 'utf8')))
  const inputs = all.filter(({ kind }) => kind === 'variable').map(({ name, description, type, fallback }) => `| \`${name}\` | ${cell(type)} | ${fallback === '' ? '**needed**' : cell(fallback)} | ${prose(description)} |`)
  const outputs = all.filter(({ kind }) => kind === 'output').map(({ name, description }) => `| \`${name}\` | ${prose(description)} |`)
  return [
    written, HEADING, '| name | type | default | what it is |', '| --- | --- | --- | --- |', ...inputs,
    '\n## Outputs\n', '| name | what it is |', '| --- | --- |', ...outputs, '',
  ].join('\n')
}

/** Terraform's own formatting makes a block end with a brace at the beginning of a line. */
function declared(text: string): Declared[] {
  return [...text.matchAll(/^(variable|output) "(\w+)" \{\n([\s\S]*?)^\}/gm)].map(([, kind, name, body]) => ({
    kind: kind as Declared['kind'],
    name: name!,
    description: /^ {2}description = "(.*)"$/m.exec(body!)?.[1]?.replaceAll('\\"', '"') ?? '',
    type: setting(body!, 'type'),
    fallback: setting(body!, 'default'),
  }))
}

/** A value over one line, or over those that are indented further. */
function setting(body: string, name: string): string {
  return new RegExp(`^ {2}${name} += (.*(?:\\n {3,}.*)*(?:\\n {2}[)}\\]]+)?)`, 'm').exec(body)?.[1]?.replace(/\s+/g, ' ') ?? ''
}

function cell(code: string): string {
  return `\`${code.replaceAll('|', '\\|')}\``
}

function prose(text: string): string {
  return text.replaceAll('|', '\\|')
}
