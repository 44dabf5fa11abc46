import { z } from 'zod'
import { GrantSource } from '../../shared/database/tables/user-grants.js'
import { EVERYWHERE, Role } from '../identity/access.js'

export const Namespace = z.string().regex(/^(?:\*|[a-zA-Z0-9_-]{1,200})$/, 'is not a namespace')

export const GrantBody = z.strictObject({ role: z.enum(Role), namespace: Namespace.default(EVERYWHERE) }).meta({ id: 'GrantBody' })

const Grant = z.object({ role: z.enum(Role), namespace: z.string().describe('`*` is everywhere.') }).meta({ id: 'Grant' })

export const Me = z.object({
  name: z.string(),
  kind: z.enum(['user', 'token']),
  grants: z.array(Grant),
  password: z.boolean().describe('Whether there is a password, which can be changed.'),
}).meta({ id: 'Me' })

export const Providers = z.object({
  password: z.boolean(),
  oidc: z.object({ label: z.string(), start: z.string() }).optional(),
}).meta({ id: 'LoginProviders', description: 'The ways to sign in.' })

export const UserItem = z.object({
  user: z.string(),
  password: z.boolean().describe('False: signs in through a provider or by a one-time code.'),
  grants: z.array(Grant.extend({ source: z.enum(GrantSource).describe('oidc: by the groups of a provider, renewed at each login.') })),
  createdAt: z.string(),
}).meta({ id: 'UserItem' })

export const LoginCode = z.object({ code: z.string(), url: z.string(), expiresAt: z.string() }).meta({ id: 'LoginCode', description: 'Signs its user in once.' })

export const TokenItem = z.object({
  token: z.string().describe('Its public part.'),
  user: z.string(),
  name: z.string(),
  limits: z.array(Grant).describe('What it is narrowed to; it is never worth more than its user.'),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable().describe('To the minute.'),
}).meta({ id: 'TokenItem' })

export const NewToken = TokenItem.extend({ secret: z.string().describe('The token itself, told this once.') }).meta({ id: 'NewToken' })

export const AuditItem = z.object({
  id: z.int(),
  at: z.string(),
  principal: z.string(),
  action: z.string(),
  dag: z.string().nullable(),
  target: z.record(z.string(), z.unknown()),
  bodyDigest: z.string().nullable().describe('SHA-256 of the body, which may hold secrets.'),
  status: z.int().describe('Of the answer; 0: by command.'),
  code: z.string().nullable().describe('Of the problem that it was refused with.'),
  address: z.string(),
}).meta({ id: 'AuditItem' })
