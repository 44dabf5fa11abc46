import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifySerializerCompiler } from 'fastify'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Registry } from 'prom-client'
import type { Config } from '../shared/config/schema.js'
import type { EvaluateFolder } from '../shared/bundles/inspect.js'
import type { Database } from '../shared/database/database.js'
import type { Log } from '../shared/log.js'
import { Loop } from '../shared/loop.js'
import type { Health } from '../shared/observability/health.js'
import { version } from '../shared/version.js'
import { placeOf } from './http/address.js'
import { shrinkAnswers } from './http/answers.js'
import { auditRequests } from './http/audit.js'
import { healthRoutes } from './http/health-routes.js'
import { keepAnswers } from './http/idempotency.js'
import { sendProblem } from './http/problem.js'
import { guardRoutes } from './http/route-access.js'
import type { Authenticator } from './identity/principal.js'
import { Streams } from './live/streams.js'
import { measureRequests, registerWebMetrics } from './metrics.js'
import { bundleRoutes } from './routes/bundles.js'
import { flowerRoutes } from './routes/flower.js'
import { identityRoutes } from './routes/identity.js'
import { workflowRoutes } from './routes/workflows.js'
import { serveUi } from './static.js'

/** What routes work with. */
export interface WebContext {
  readonly config: Config
  readonly database: Database
  readonly authenticator: Authenticator
  /** Has the schedulers look at what an operation left, and those who watch the DAG, if it is one's. */
  readonly wake: (dag?: string) => Promise<void>
  /** Evaluates the DAG files of a bundle, where bundles can be deployed. */
  readonly evaluate?: EvaluateFolder | undefined
  /** Of the process that serves it; none where nobody probes it. */
  readonly health?: Health
  /** Where it is told how it is used; nowhere where nobody asks. */
  readonly registry?: Registry
  readonly times?: Partial<HttpTimes>
  /** Instead of plain JSON: tests hold every answer against its schema. */
  readonly serializer?: FastifySerializerCompiler<unknown>
}

/** What routes have besides, of the process that they are in. */
export interface RouteContext extends WebContext {
  readonly streams: Streams
}

/** How long a connection may take for what, in milliseconds. Slow clients hold connections, not more, and not for long. */
export interface HttpTimes {
  /** To send all headers. */
  readonly headers: number
  /** To send a request whole. */
  readonly request: number
  /** Without a byte going either way while something is to be sent: streams say something every 15 s. */
  readonly silence: number
}

export type App = FastifyInstance
export type Api = ReturnType<typeof typed>

const MAX_BODY = 1024 * 1024
const TIMES: HttpTimes = { headers: 10_000, request: 30_000, silence: 60_000 }

const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>()

/** The HTTP application, not listening yet. */
export async function buildApp(context: WebContext, log: Log): Promise<App> {
  const times = { ...TIMES, ...context.times }
  const { config, database } = context
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger, logController: new LogController({ disableRequestLogging: true }), bodyLimit: MAX_BODY, requestTimeout: times.request, connectionTimeout: times.silence,
    http: { headersTimeout: times.headers, connectionsCheckingInterval: Math.min(1_000, times.headers) }, trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    routerOptions: { maxParamLength: 500 }, return503OnClosing: true,
    // What the router refuses: addresses that are no addresses, or too long.
    frameworkErrors: (error, request, reply) => { void sendProblem(request as unknown as FastifyRequest, reply as unknown as FastifyReply, error) },
  })
  app.setValidatorCompiler(validatorCompiler)
  // Views are typed where they are made, and the tests hold every answer against its schema; parsing it again would cost more than reading it did.
  app.setSerializerCompiler(context.serializer ?? (() => data => JSON.stringify(data)))
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: [`'self'`], imgSrc: [`'self'`, 'data:'], fontSrc: [`'none'`], styleSrc: [`'self'`, `'unsafe-inline'`], upgradeInsecureRequests: null } } })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Longshore', version: version() } },
    transform: jsonSchemaTransform, transformObject: jsonSchemaTransformObject,
  })
  const { requestsPerMinute } = config
  if (requestsPerMinute !== 'unlimited') await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000, cache: 10_000, keyGenerator: request => placeOf(request.ip) })
  guardRoutes(app, context.authenticator, config.publicUrl)
  const streams = watchStreams(app, new Streams(database, { idle: config.sessionIdle, max: config.sessionMax }), log)
  if (context.registry !== undefined) measureRequests(app, registerWebMetrics(context.registry, () => streams.size))
  // Before answers are compressed: both want to read them.
  auditRequests(app, database)
  keepAnswers(app, database)
  shrinkAnswers(app)
  if (context.health !== undefined) healthRoutes(app, context.health)
  await serveUi(app)
  await app.register(async api => {
    identityRoutes(typed(api), context)
    workflowRoutes(typed(api), { ...context, streams })
    flowerRoutes(typed(api), { ...context, streams })
    bundleRoutes(typed(api), context)
    api.get('/openapi.json', { config: { access: { kind: 'public' } }, schema: { hide: true } }, async () => app.swagger())
  }, { prefix: '/api/v1' })
  return app
}

/** Holds streams to what their readers may, for as long as the application lives. */
function watchStreams(app: FastifyInstance, streams: Streams, log: Log): Streams {
  const loop = new Loop({ name: 'web-streams', log, runOnce: () => streams.runOnce() })
  app.addHook('onReady', () => loop.start())
  app.addHook('onClose', () => loop.stop())
  return streams
}
