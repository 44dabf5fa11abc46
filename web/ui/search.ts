/** What an address may say after its `?`; anything else is dropped, so that no page meets what it does not expect. */
type Given = Readonly<Record<string, unknown>>

/** Optional texts. */
export const texts = <Name extends string>(...names: readonly Name[]) => (given: Given): { [Key in Name]?: string } =>
  Object.fromEntries(names.flatMap(name => {
    const value = given[name]
    return typeof value === 'string' && value !== '' ? [[name, value]] : typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : []
  })) as { [Key in Name]?: string }

/** An optional choice of a few. */
export const oneOf = <Name extends string, Value extends string>(name: Name, values: readonly Value[]) => (given: Given): { [Key in Name]?: Value } =>
  (values.includes(given[name] as Value) ? { [name]: given[name] } : {}) as { [Key in Name]?: Value }

export const both = <A extends object, B extends object>(a: (given: Given) => A, b: (given: Given) => B) => (given: Given): A & B => ({ ...a(given), ...b(given) })
