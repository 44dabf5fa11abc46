import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", {…}]`. */
export type AttributeType = string | readonly unknown[]

export interface Attribute {
  readonly name: string
  readonly type: AttributeType
  readonly required?: true
  readonly optional?: true
  readonly computed?: true
}

export interface NestedBlock {
  readonly type_name: string
  readonly nesting: keyof typeof NESTING
  readonly min_items: number
  readonly max_items: number
  readonly block: Block
}

export interface Block {
  readonly attributes: readonly Attribute[]
  readonly block_types: readonly NestedBlock[]
}

interface Schemas {
  readonly provider: Block
  readonly resources: Readonly<Record<string, Block>>
  readonly data: Readonly<Record<string, Block>>
}

const NESTING = { SINGLE: 1, LIST: 2, SET: 3 } as const

/** These would be shown in plans, were they not marked. */
const SENSITIVE = /password$|auth_token$|secret_string$/

const schemas = JSON.parse(readFileSync(join(import.meta.dirname, '../schema/aws.json'), 'utf8')) as Schemas

export function resourceBlock(type: string): Block {
  return known(schemas.resources, type)
}

export function dataBlock(type: string): Block {
  return known(schemas.data, type)
}

/** The answer to GetProviderSchema. */
export function providerSchema(): object {
  const all = (blocks: Readonly<Record<string, Block>>): object => Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, { version: 0, block: wire(block) }]))
  return { provider: { version: 0, block: wire(schemas.provider) }, resource_schemas: all(schemas.resources), data_source_schemas: all(schemas.data) }
}

function wire(block: Block): object {
  return {
    attributes: block.attributes.map(attribute => ({ ...attribute, type: Buffer.from(JSON.stringify(attribute.type)), sensitive: SENSITIVE.test(attribute.name) })),
    block_types: block.block_types.map(nested => ({ ...nested, nesting: NESTING[nested.nesting], block: wire(nested.block) })),
  }
}

function known(blocks: Readonly<Record<string, Block>>, type: string): Block {
  const block = blocks[type]
  if (block === undefined) throw new Error(`${type} is not in test/terraform/schema/aws.json: run test/terraform/schema/extract.mjs`)
  return block
}
