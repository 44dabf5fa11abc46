import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyCookie from '@fastify/cookie'

const { parse, serialize } = fastifyCookie.fastifyCookie

/** Where a browser must not be tricked into sending it, `__Host-` has it refuse any other owner of the name. */
const nameOf = (name: string, isSecure: boolean): string => (isSecure ? `__Host-longshore_${name}` : `longshore_${name}`)

/** Reads and writes cookies that scripts do not see and other sites do not send along with changes. */
export class Cookies {
  readonly #isPublicSecure: boolean

  constructor(publicUrl: string) {
    this.#isPublicSecure = publicUrl.startsWith('https:')
  }

  read({ headers, protocol }: FastifyRequest, name: string): string | null {
    return parse(headers.cookie ?? '')[nameOf(name, this.#isSecure(protocol))] ?? null
  }

  write(request: FastifyRequest, reply: FastifyReply, name: string, value: string, maxAge: number): void {
    const isSecure = this.#isSecure(request.protocol)
    const text = serialize(nameOf(name, isSecure), value, { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: Math.floor(maxAge / 1000) })
    const before = reply.getHeader('set-cookie')
    reply.header('set-cookie', before === undefined ? text : [...(Array.isArray(before) ? before : [String(before)]), text])
  }

  clear(request: FastifyRequest, reply: FastifyReply, name: string): void {
    this.write(request, reply, name, '', 0)
  }

  #isSecure(protocol: string): boolean {
    return this.#isPublicSecure || protocol === 'https'
  }
}
