import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import { DATA, FORCES_REPLACEMENT, madeUp } from './aws.js'
import { type ProviderCall, PROTOCOL } from './protocol.js'
import { dataBlock, providerSchema, resourceBlock } from './schema.js'
import { type DynamicValue, fill, fromWire, toWire, UNKNOWN, type Value, whole } from './values.js'

interface Request {
  readonly type_name: string
  readonly config: DynamicValue | null
  readonly prior_state: DynamicValue | null
  readonly proposed_new_state: DynamicValue | null
  readonly planned_state: DynamicValue | null
  readonly current_state: DynamicValue | null
  readonly private: Uint8Array
  readonly raw_state: { readonly json: Uint8Array } | null
}

/** Terraform then does not ask for the schemas again for each module. */
const CAPABILITIES = { get_provider_schema_optional: true }

const handlers: Readonly<Record<ProviderCall, (request: Request) => object>> = {
  GetMetadata: () => ({ server_capabilities: CAPABILITIES }),
  GetProviderSchema: () => ({ ...providerSchema(), server_capabilities: CAPABILITIES }),
  ValidateProviderConfig: () => ({}),
  ValidateResourceConfig: () => ({}),
  ValidateDataResourceConfig: () => ({}),
  ConfigureProvider: () => ({}),
  StopProvider: () => ({}),
  UpgradeResourceState: request => ({ upgraded_state: toWire(whole(resourceBlock(request.type_name), JSON.parse(Buffer.from(request.raw_state!.json).toString()) as Value)) }),
  ReadResource: request => ({ new_state: request.current_state, private: request.private }),
  PlanResourceChange: plan,
  ApplyResourceChange: apply,
  ReadDataSource: read,
}

/**
 * The AWS provider as Terraform sees it: the true schema, values that are unknown until they are applied, and no AWS. It knows no enums,
 * ranges or conflicts. It listens in this process: Terraform is told where by TF_REATTACH_PROVIDERS, and so neither downloads a provider
 * nor writes a lock file.
 */
export class StubProvider {
  private readonly server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
  readonly socket: string

  constructor(folder: string) {
    this.socket = join(folder, 'provider.sock')
  }

  async start(): Promise<void> {
    const definition = fromJSON(PROTOCOL, { keepCase: true, longs: Number })['tfplugin6.Provider'] as grpc.ServiceDefinition
    this.server.addService(definition, Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, answering(name, handle)])))
    await new Promise<void>((resolve, reject) => {
      this.server.bindAsync(`unix:${this.socket}`, grpc.ServerCredentials.createInsecure(), error => error === null ? resolve() : reject(error))
    })
  }

  environment(): Record<string, string> {
    const here = { Protocol: 'grpc', ProtocolVersion: 6, Pid: process.pid, Test: true, Addr: { Network: 'unix', String: this.socket } }
    return { TF_REATTACH_PROVIDERS: JSON.stringify({ 'registry.terraform.io/hashicorp/aws': here }) }
  }

  stop(): void {
    this.server.forceShutdown()
  }
}

function answering(name: string, handle: (request: Request) => object): grpc.handleUnaryCall<Request, object> {
  return (call, done) => {
    try {
      done(null, handle(call.request))
    } catch (error) {
      done({ code: grpc.status.INTERNAL, message: `${name} ${call.request.type_name}: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
}

function plan(request: Request): object {
  const proposed = fromWire(request.proposed_new_state)
  if (proposed === null) return { planned_state: toWire(null) }
  const prior = fromWire(request.prior_state)
  const changed = prior === null ? [] : (FORCES_REPLACEMENT[request.type_name] ?? []).filter(name => JSON.stringify(prior[name]) !== JSON.stringify(proposed[name]))
  const block = resourceBlock(request.type_name)
  const planned = fill(block, proposed, () => UNKNOWN)
  // Each change of a launch template makes a new version, and what names the latest one changes with it.
  if (request.type_name === 'aws_launch_template' && prior !== null && JSON.stringify(whole(block, prior)) !== JSON.stringify(whole(block, proposed))) planned['latest_version'] = UNKNOWN
  return { planned_state: toWire(planned), requires_replace: changed.map(name => ({ steps: [{ attribute_name: name }] })) }
}

function apply(request: Request): object {
  const planned = fromWire(request.planned_state)
  if (planned === null) return { new_state: toWire(null) }
  const named = ['name', 'identifier', 'bucket', 'replication_group_id', 'description'].map(name => planned[name]).find(name => typeof name === 'string')
  const key = typeof named === 'string' ? named : randomUUID()
  return { new_state: toWire(fill(resourceBlock(request.type_name), planned, attribute => madeUp(attribute, request.type_name, key), true)) }
}

function read(request: Request): object {
  const config = fromWire(request.config) ?? {}
  const block = dataBlock(request.type_name)
  const known = { ...whole(block, config), ...DATA[request.type_name]?.(config) }
  return { state: toWire(fill(block, known, attribute => madeUp(attribute, request.type_name, JSON.stringify(config)), true)) }
}
