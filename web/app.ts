import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifySerializerCompiler } from 'fastify'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Config } from '../shared/config/schema.js'
import type { Database } from '../shared/database/database.js'
import type { Log } from '../shared/log.js'
import { version } from '../shared/version.js'
import { shrinkAnswers } from './http/answers.js'
import { sendProblem } from './http/problem.js'
import { guardRoutes } from './http/route-access.js'
import type { Authenticator } from './identity/principal.js'
import { workflowRoutes } from './routes/workflows.js'
import { serveUi } from './static.js'

/** What routes work with. */
export interface WebContext {
  readonly config: Config
  readonly database: Database
  readonly authenticator: Authenticator
  /** Has the schedulers look at what an operation left. */
  readonly wake: () => Promise<void>
  /** Instead of plain JSON: tests hold every answer against its schema. */
  readonly serializer?: FastifySerializerCompiler<unknown>
}

export type App = FastifyInstance
export type Api = ReturnType<typeof typed>

const MAX_BODY = 1024 * 1024
const REQUEST_MS = 30_000

const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>()

/** The HTTP application, not listening yet. */
export async function buildApp(context: WebContext, log: Log): Promise<App> {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger, logController: new LogController({ disableRequestLogging: true }), bodyLimit: MAX_BODY, requestTimeout: REQUEST_MS, trustProxy: false,
    routerOptions: { maxParamLength: 500 }, return503OnClosing: true,
    // What the router refuses: addresses that are no addresses, or too long.
    frameworkErrors: (error, request, reply) => sendProblem(request as unknown as FastifyRequest, reply as unknown as FastifyReply, error),
  })
  app.setValidatorCompiler(validatorCompiler)
  // Views are typed where they are made, and the tests hold every answer against its schema; parsing it again would cost more than reading it did.
  app.setSerializerCompiler(context.serializer ?? (() => data => JSON.stringify(data)))
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: [`'self'`], imgSrc: [`'self'`, 'data:'], styleSrc: [`'self'`, `'unsafe-inline'`], upgradeInsecureRequests: null } } })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Longshore', version: version() } },
    transform: jsonSchemaTransform, transformObject: jsonSchemaTransformObject,
  })
  guardRoutes(app, context.authenticator)
  shrinkAnswers(app)
  await serveUi(app)
  await app.register(async api => {
    workflowRoutes(typed(api), context)
    api.get('/openapi.json', { config: { access: { kind: 'public' } }, schema: { hide: true } }, async () => app.swagger())
  }, { prefix: '/api/v1' })
  return app
}
