import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifySerializerCompiler } from 'fastify'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Config } from '../shared/config/schema.js'
import type { Database } from '../shared/database/database.js'
import type { Log } from '../shared/log.js'
import type { Health } from '../shared/observability/health.js'
import { version } from '../shared/version.js'
import { shrinkAnswers } from './http/answers.js'
import { auditRequests } from './http/audit.js'
import { healthRoutes } from './http/health-routes.js'
import { keepAnswers } from './http/idempotency.js'
import { sendProblem } from './http/problem.js'
import { guardRoutes } from './http/route-access.js'
import type { Authenticator } from './identity/principal.js'
import { flowerRoutes } from './routes/flower.js'
import { identityRoutes } from './routes/identity.js'
import { workflowRoutes } from './routes/workflows.js'
import { serveUi } from './static.js'

/** What routes work with. */
export interface WebContext {
  readonly config: Config
  readonly database: Database
  readonly authenticator: Authenticator
  /** Has the schedulers look at what an operation left. */
  readonly wake: () => Promise<void>
  /** Of the process that serves it; none where nobody probes it. */
  readonly health?: Health
  /** Instead of plain JSON: tests hold every answer against its schema. */
  readonly serializer?: FastifySerializerCompiler<unknown>
}

export type App = FastifyInstance
export type Api = ReturnType<typeof typed>

const MAX_BODY = 1024 * 1024
/** A request that has not come in whole by then is refused: slow clients hold connections, not more. */
const REQUEST_MS = 30_000
const HEADERS_MS = 10_000

const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>()

/** The HTTP application, not listening yet. */
export async function buildApp(context: WebContext, log: Log): Promise<App> {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger, logController: new LogController({ disableRequestLogging: true }), bodyLimit: MAX_BODY, requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 1_000 }, trustProxy: context.config.trustedProxies.length === 0 ? false : [...context.config.trustedProxies],
    routerOptions: { maxParamLength: 500 }, return503OnClosing: true,
    // What the router refuses: addresses that are no addresses, or too long.
    frameworkErrors: (error, request, reply) => { void sendProblem(request as unknown as FastifyRequest, reply as unknown as FastifyReply, error) },
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
  const { requestsPerMinute } = context.config
  if (requestsPerMinute > 0) await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000, cache: 10_000 })
  guardRoutes(app, context.authenticator, context.config.publicUrl)
  // Before answers are compressed: both want to read them.
  auditRequests(app, context.database)
  keepAnswers(app, context.database)
  shrinkAnswers(app)
  if (context.health !== undefined) healthRoutes(app, context.health)
  await serveUi(app)
  await app.register(async api => {
    identityRoutes(typed(api), context)
    workflowRoutes(typed(api), context)
    flowerRoutes(typed(api), context)
    api.get('/openapi.json', { config: { access: { kind: 'public' } }, schema: { hide: true } }, async () => app.swagger())
  }, { prefix: '/api/v1' })
  return app
}
