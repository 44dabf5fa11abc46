import type { components } from '../../client/schema.js'

/** A shape of the OpenAPI document by its name. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]
