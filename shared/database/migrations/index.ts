import type { Knex } from 'knex'
import * as initial from './001-initial.js'
import * as semantics from './002-semantics.js'
import * as web from './003-web.js'

export interface Migration {
  readonly name: string
  readonly up: (knex: Knex) => Promise<void>
  readonly down: (knex: Knex) => Promise<void>
}

/** In order. A name never changes once released; what it does never changes either. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '001-initial', ...initial },
  { name: '002-semantics', ...semantics },
  { name: '003-web', ...web },
]
