import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { Problem, sendProblem } from './http/problem.js'

/** dist/ui, seen from dist/web/ or, in tests, from web/. */
const FOLDERS = ['../ui', '../dist/ui'].map(path => join(import.meta.dirname, path))
/** Vite names files under /static/ by their content. */
const FOREVER = 'public, max-age=31536000, immutable'
/** Any page of the UI has an address of its own, and the same document answers for all. What looks like the API is never one. */
const NOT_PAGES = /^\/(?:api|static|metrics|livez|readyz)(?:\/|\?|$)/

/** Serves the UI where it has been built; the API works without it. */
export async function serveUi(app: FastifyInstance): Promise<void> {
  const root = FOLDERS.find(folder => existsSync(join(folder, 'index.html')))
  if (root !== undefined) {
    await app.register(fastifyStatic, {
      root, wildcard: false, index: false, cacheControl: false, preCompressed: true,
      setHeaders: (answer, path) => {
        answer.setHeader('cache-control', path.includes('/ui/static/') ? FOREVER : 'no-cache')
        answer.setHeader('vary', 'accept-encoding')
      },
    })
  }
  // What is not there is counted like what is.
  app.setNotFoundHandler(app.hasDecorator('rateLimit') ? { preHandler: app.rateLimit() } : {}, (request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !NOT_PAGES.test(request.url)
    if (isPage && root !== undefined) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return sendProblem(request, reply, new Problem('LS_ROUTE_NOT_FOUND', `there is no ${request.method} ${request.url.split('?', 1)[0] ?? ''}`))
  })
}
