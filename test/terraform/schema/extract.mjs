// `node test/terraform/schema/extract.mjs` writes aws.json: what the AWS provider says of every type that terraform/ uses. It cannot be asked
// where no provider can be downloaded, but the npm package of its CDK bindings is made from that very answer. Run it when a type is new in
// terraform/, or for a later provider. The package is fetched into a temporary folder: 37 MB, 230 unpacked.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGE = '@cdktf/provider-aws@21.22.1'
const TERRAFORM = join(import.meta.dirname, '../../../terraform')

/** How the bindings call the types of plain attributes. */
const TYPES = {
  string: 'string', number: 'number', boolean: 'bool', any: 'dynamic',
  stringList: ['list', 'string'], numberList: ['list', 'number'], stringSet: ['set', 'string'],
  stringMap: ['map', 'string'], numberMap: ['map', 'number'], booleanMap: ['map', 'bool'], stringListMap: ['map', ['list', 'string']],
}

/** From the first brace after `start` to the one that closes it. */
function braces(text, start) {
  const open = text.indexOf('{', start)
  let depth = 0
  for (let at = open; ; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return text.slice(open, at + 1)
  }
}

/** One type of the provider, read from the JavaScript and the declarations of its binding. */
class Binding {
  constructor(library, name) {
    this.name = name
    const folder = name.replace(/^data\.aws_/, 'data-aws-').replace(/^aws_/, '').replaceAll('_', '-')
    this.code = readFileSync(join(library, folder, 'index.js'), 'utf8')
    this.declarations = readFileSync(join(library, folder, 'index.d.ts'), 'utf8')
    this.attributeNames = new Map([...this.code.matchAll(/get (\w+)\(\) \{\s*return [^;]*?\(?'([a-z0-9_]+)'\)/g)].map(match => [match[1], match[2]]))
  }

  schema() {
    const name = /^class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider)/m.exec(this.code)[1]
    const body = this.classBody(name)
    const attributes = body.indexOf('synthesizeHclAttributes()')
    return this.block(`${name}Config`, name, attributes < 0 ? '' : braces(body, attributes))
  }

  /** A nested block, or the object type of an attribute that is one. */
  nested(name) {
    const writer = new RegExp(`^function ${name[0].toLowerCase()}${name.slice(1)}ToHclTerraform\\(`, 'm').exec(this.code)
    return this.block(name, `${name}OutputReference`, writer === null ? '' : braces(this.code, writer.index))
  }

  block(configuration, className, written) {
    const body = this.classBody(className)
    const required = this.required(configuration)
    const block = { attributes: [], block_types: [] }
    const seen = new Set()
    for (const [, name, value, isBlock, kind, storage] of written.matchAll(/^\s+([a-z0-9_]+): \{\s+value: ([\s\S]*?),\s+isBlock: (true|false),\s+type: "(\w+)",\s+storageClassType: "(\w+)",/gm)) {
      seen.add(name)
      if (isBlock === 'false') block.attributes.push(this.attribute(name, kind, storage, required))
      else this.addNested(block, { name, value, kind, storage, required, body })
    }
    for (const attribute of this.computed(body)) {
      if (!seen.has(attribute.name)) block.attributes.push(attribute)
      seen.add(attribute.name)
    }
    return block
  }

  attribute(name, kind, storage, required) {
    const known = TYPES[storage]
    if (known === undefined) throw new Error(`${this.name}.${name}: the bindings call its type ${storage}, which is new`)
    const type = kind === 'set' ? ['set', known[1]] : known
    if (required.has(name)) return { name, type, required: true }
    // What may be left out and is then chosen by AWS has no mark in the bindings; these are known to be so.
    return ['id', 'region', 'tags_all'].includes(name) ? { name, type, optional: true, computed: true } : { name, type, optional: true }
  }

  addNested(block, { name, value, kind, storage, required, body }) {
    const content = this.nested(storage.replace(/List$|Map$/, ''))
    if (new RegExp(`// ${name} - computed: true`).test(body)) {
      block.attributes.push({ name, type: [kind === 'set' ? 'set' : 'list', objectType(content)], optional: true, computed: true })
      return
    }
    const timeouts = name === 'timeouts'
    const collection = (kind === 'set' || kind === 'list') && !timeouts
    block.block_types.push({
      type_name: name,
      nesting: collection ? kind.toUpperCase() : 'SINGLE',
      min_items: required.has(name) && !timeouts ? 1 : 0,
      max_items: collection && !value.includes('listMapper') ? 1 : 0,
      block: content,
    })
  }

  /** What only AWS knows. */
  * computed(body) {
    const pattern = /\/\/ ([a-z0-9_]+) - computed: true, optional: false, required: false\s+(?:get \w+\(\) \{\s*return ([^;]+);|this\._\w+ = new ([\w.]+)\(this, "\w+"(?:, (true|false))?\))/g
    for (const [, name, getter, holder, isSet] of body.matchAll(pattern)) {
      yield { name, type: holder === undefined ? getterType(getter) : this.holderType(holder, isSet), computed: true }
    }
  }

  holderType(holder, isSet) {
    if (/^cdktf\.(String|Any)Map$/.test(holder)) return ['map', 'string']
    if (holder === 'cdktf.BooleanMap') return ['map', 'bool']
    return [isSet === 'true' ? 'set' : 'list', objectType(this.nested(holder.replace(/List$|OutputReference$/, '')))]
  }

  /** The names, as Terraform has them, that the declarations do not call optional. */
  required(name) {
    const found = new RegExp(`export interface ${name}(?: extends [^{]+)? `).exec(this.declarations)
    if (found === null) return new Set()
    return new Set([...braces(this.declarations, found.index).matchAll(/readonly (\w+)(\??):/g)]
      .filter(match => match[2] === '')
      .map(match => this.attributeNames.get(match[1]) ?? match[1].replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)))
  }

  classBody(name) {
    const found = new RegExp(`^class ${name} `, 'm').exec(this.code)
    return found === null ? '' : braces(this.code, found.index)
  }
}

function getterType(getter) {
  if (getter.includes('getStringMap')) return ['map', 'string']
  if (getter.includes('Fn.tolist')) return ['set', getter.includes('Number') ? 'number' : 'string']
  if (getter.includes('getNumberList')) return ['list', 'number']
  if (getter.includes('getList')) return ['list', 'string']
  if (getter.includes('getNumber')) return 'number'
  return getter.includes('getBoolean') ? 'bool' : 'string'
}

function objectType(block) {
  return ['object', Object.fromEntries([
    ...block.attributes.map(attribute => [attribute.name, attribute.type]),
    ...block.block_types.map(nested => [nested.type_name, [nested.nesting === 'SET' ? 'set' : 'list', objectType(nested.block)]]),
  ])]
}

/** Every `resource "aws_…"` and `data "aws_…"` below terraform/. */
function usedTypes() {
  const files = readdirSync(TERRAFORM, { recursive: true }).filter(file => file.endsWith('.tf') && !file.includes('.terraform'))
  const found = files.flatMap(file => [...readFileSync(join(TERRAFORM, file), 'utf8').matchAll(/^(resource|data)\s+"(aws_\w+)"/gm)])
  return [...new Set(found.map(match => match[1] === 'data' ? `data.${match[2]}` : match[2]))].sort()
}

const folder = mkdtempSync(join(tmpdir(), 'longshore-schema-'))
try {
  const types = usedTypes()
  const archive = execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: folder, encoding: 'utf8' }).trim()
  execFileSync('tar', ['-xzf', archive, '--wildcards', 'package/lib/*/index.js', 'package/lib/*/index.d.ts'], { cwd: folder })
  const library = join(folder, 'package/lib')
  const line = type => `${JSON.stringify(type.replace('data.', ''))}:${JSON.stringify(new Binding(library, type).schema())}`
  const part = kind => types.filter(type => type.startsWith('data.') === (kind === 'data')).map(line).join(',\n')
  // One line for each type: what a new provider changes can be seen.
  writeFileSync(join(import.meta.dirname, 'aws.json'), `{"from":${JSON.stringify(PACKAGE)},\n"provider":${JSON.stringify(new Binding(library, 'provider').schema())},\n"resources":{\n${part('resources')}},\n"data":{\n${part('data')}}}\n`)
  process.stdout.write(`${types.length} types of ${PACKAGE} are in aws.json\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
