import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack'
import { type Attribute, type Block } from './schema.js'

/** An object as Terraform sends it: attributes and nested blocks by name. */
export interface Value {
  [name: string]: unknown
}

/** What is known after the apply only. */
export const UNKNOWN = new ExtData(0, new Uint8Array([0]))

/** Terraform marks unknown values with extension 0, and with 12 where it knows something about them. */
const extensions = new ExtensionCodec()
for (const type of [0, 12]) extensions.register({ type, encode: () => null, decode: () => UNKNOWN })

export interface DynamicValue {
  readonly msgpack?: Uint8Array
  readonly json?: Uint8Array
}

export function fromWire(value: DynamicValue | null): Value | null {
  if (value?.msgpack !== undefined && value.msgpack.length > 0) return decode(value.msgpack, { extensionCodec: extensions }) as Value | null
  if (value?.json !== undefined && value.json.length > 0) return JSON.parse(Buffer.from(value.json).toString()) as Value
  return null
}

export function toWire(value: Value | null): DynamicValue {
  return { msgpack: Buffer.from(encode(value)) }
}

/** `value` with every computed attribute that has no value made by `make`; with `finished` also those that were unknown. */
export function fill(block: Block, value: Value, make: (attribute: Attribute) => unknown, finished = false): Value {
  const filled: Value = {}
  for (const attribute of block.attributes) {
    const given = value[attribute.name] ?? null
    const missing = (given === null && attribute.computed === true) || (given === UNKNOWN && finished)
    filled[attribute.name] = missing ? make(attribute) : given
  }
  for (const nested of block.block_types) {
    const given = value[nested.type_name] ?? null
    if (Array.isArray(given)) filled[nested.type_name] = given.map(each => fill(nested.block, each as Value, make, finished))
    else filled[nested.type_name] = given === null || given === UNKNOWN ? given : fill(nested.block, given as Value, make, finished)
  }
  return filled
}

/** Every name of the block, absent ones as null or as no blocks: Terraform takes nothing less. */
export function whole(block: Block, value: Value): Value {
  return Object.fromEntries([
    ...block.attributes.map(({ name }) => [name, value[name] ?? null]),
    ...block.block_types.map(({ type_name: name, nesting }) => [name, value[name] ?? (nesting === 'SINGLE' ? null : [])]),
  ]) as Value
}
