import type * as protobuf from '@grpc/proto-loader'

/**
 * As much of Terraform's plugin protocol 6 (tfplugin6.proto) as planning and applying take. The numbers are the contract; a field that is
 * not here is skipped by the decoder.
 */
const field = (id: number, type: string): object => ({ id, type })
const list = (id: number, type: string): object => ({ id, type, rule: 'repeated' })
const map = (id: number, type: string): object => ({ id, type, keyType: 'string' })
const message = (fields: object, nested?: object): object => ({ fields, ...(nested === undefined ? {} : { nested }) })
const call = (request: object, response: object): object => message({}, { Request: message(request), Response: message(response) })

const calls = {
  GetMetadata: call({}, { server_capabilities: field(1, 'ServerCapabilities'), diagnostics: list(2, 'Diagnostic') }),
  GetProviderSchema: call({}, {
    provider: field(1, 'Schema'), resource_schemas: map(2, 'Schema'), data_source_schemas: map(3, 'Schema'),
    diagnostics: list(4, 'Diagnostic'), server_capabilities: field(6, 'ServerCapabilities'),
  }),
  ValidateProviderConfig: call({ config: field(1, 'DynamicValue') }, { diagnostics: list(2, 'Diagnostic') }),
  ValidateResourceConfig: call({ type_name: field(1, 'string'), config: field(2, 'DynamicValue') }, { diagnostics: list(1, 'Diagnostic') }),
  ValidateDataResourceConfig: call({ type_name: field(1, 'string'), config: field(2, 'DynamicValue') }, { diagnostics: list(1, 'Diagnostic') }),
  UpgradeResourceState: call(
    { type_name: field(1, 'string'), version: field(2, 'int64'), raw_state: field(3, 'RawState') },
    { upgraded_state: field(1, 'DynamicValue'), diagnostics: list(2, 'Diagnostic') },
  ),
  ConfigureProvider: call({ terraform_version: field(1, 'string'), config: field(2, 'DynamicValue') }, { diagnostics: list(1, 'Diagnostic') }),
  ReadResource: call(
    { type_name: field(1, 'string'), current_state: field(2, 'DynamicValue'), private: field(3, 'bytes') },
    { new_state: field(1, 'DynamicValue'), diagnostics: list(2, 'Diagnostic'), private: field(3, 'bytes') },
  ),
  PlanResourceChange: call(
    { type_name: field(1, 'string'), prior_state: field(2, 'DynamicValue'), proposed_new_state: field(3, 'DynamicValue'), config: field(4, 'DynamicValue') },
    { planned_state: field(1, 'DynamicValue'), requires_replace: list(2, 'AttributePath'), planned_private: field(3, 'bytes'), diagnostics: list(4, 'Diagnostic') },
  ),
  ApplyResourceChange: call(
    { type_name: field(1, 'string'), prior_state: field(2, 'DynamicValue'), planned_state: field(3, 'DynamicValue'), config: field(4, 'DynamicValue') },
    { new_state: field(1, 'DynamicValue'), private: field(2, 'bytes'), diagnostics: list(3, 'Diagnostic') },
  ),
  ReadDataSource: call({ type_name: field(1, 'string'), config: field(2, 'DynamicValue') }, { state: field(1, 'DynamicValue'), diagnostics: list(2, 'Diagnostic') }),
  StopProvider: call({}, { Error: field(1, 'string') }),
}

export type ProviderCall = keyof typeof calls

export const PROTOCOL: Parameters<typeof protobuf.fromJSON>[0] = {
  nested: {
    tfplugin6: {
      nested: {
        DynamicValue: message({ msgpack: field(1, 'bytes'), json: field(2, 'bytes') }),
        RawState: message({ json: field(1, 'bytes') }),
        ServerCapabilities: message({ plan_destroy: field(1, 'bool'), get_provider_schema_optional: field(2, 'bool') }),
        Diagnostic: message({ severity: field(1, 'int32'), summary: field(2, 'string'), detail: field(3, 'string'), attribute: field(4, 'AttributePath') }),
        AttributePath: message({ steps: list(1, 'Step') }, { Step: message({ attribute_name: field(1, 'string') }) }),
        Schema: message({ version: field(1, 'int64'), block: field(2, 'Block') }, {
          Block: message({ version: field(1, 'int64'), attributes: list(2, 'Attribute'), block_types: list(3, 'NestedBlock') }),
          Attribute: message({ name: field(1, 'string'), type: field(2, 'bytes'), required: field(4, 'bool'), optional: field(5, 'bool'), computed: field(6, 'bool'), sensitive: field(7, 'bool') }),
          NestedBlock: message({ type_name: field(1, 'string'), block: field(2, 'Block'), nesting: field(3, 'int32'), min_items: field(4, 'int64'), max_items: field(5, 'int64') }),
        }),
        ...calls,
        Provider: { methods: Object.fromEntries(Object.keys(calls).map(name => [name, { requestType: `${name}.Request`, responseType: `${name}.Response` }])) },
      },
    },
  },
} as Parameters<typeof protobuf.fromJSON>[0]
