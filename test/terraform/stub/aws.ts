import { createHash } from 'node:crypto'
import { type Attribute, type AttributeType } from './schema.js'
import { type Value } from './values.js'

const REGION = 'eu-central-1'
const ACCOUNT = '123456789012'

/** Of what forces a replacement, what these modules must not stumble over; the schema does not tell. */
export const FORCES_REPLACEMENT: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ['name'],
  aws_db_instance: ['identifier', 'storage_encrypted', 'kms_key_id', 'db_name', 'username'],
  aws_elasticache_replication_group: ['replication_group_id', 'at_rest_encryption_enabled', 'kms_key_id'],
  aws_iam_role: ['name'],
  aws_instance: ['ami', 'subnet_id'],
  aws_launch_template: ['name'],
  aws_lb_target_group: ['name', 'port', 'protocol', 'vpc_id'],
  aws_s3_bucket: ['bucket'],
  aws_secretsmanager_secret: ['name'],
  aws_security_group: ['name', 'description', 'vpc_id'],
  aws_subnet: ['vpc_id', 'cidr_block', 'availability_zone'],
}

/** What data sources answer. Any that is not here answers made-up values of the right types. */
export const DATA: Readonly<Record<string, (config: Value) => Value>> = {
  aws_caller_identity: () => ({ account_id: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/stub`, user_id: 'STUB' }),
  aws_region: () => ({ id: REGION, name: REGION, region: REGION }),
  aws_partition: () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com' }),
  aws_availability_zones: () => ({ id: REGION, names: ['a', 'b', 'c'].map(zone => REGION + zone) }),
}

/** A value that AWS might have chosen for an attribute: the same for the same thing, so that plans after an apply are empty. */
export function madeUp(attribute: Attribute, type: string, key: string): unknown {
  const hash = createHash('sha256').update(`${type}/${key}/${attribute.name}`).digest('hex')
  if (attribute.name === 'id') return `stub-${hash.slice(0, 12)}`
  if (attribute.name === 'region') return REGION
  if (attribute.name === 'arn' || attribute.name.endsWith('_arn')) return arn(type, key)
  return ofType(attribute.type, attribute.name, type, key, hash)
}

function arn(type: string, key: string): string {
  return `arn:aws:stub:${REGION}:${ACCOUNT}:${type}/${key}`
}

function ofType(type: AttributeType, name: string, resource: string, key: string, hash: string): unknown {
  if (typeof type === 'string') return type === 'string' ? (name.endsWith('arn') ? arn(resource, key) : `${name}-${hash.slice(0, 8)}`) : type === 'number' ? 1 : type === 'bool' ? false : null
  if (type[0] === 'map') return {}
  if (type[0] === 'object') return Object.fromEntries(Object.entries(type[1] as Record<string, AttributeType>).map(([part, of]) => [part, ofType(of, part, resource, `${key}/${name}`, hash)]))
  const of = type[1] as AttributeType
  // A list of objects, such as the secret of a database, has one; configurations name its first.
  return Array.isArray(of) && of[0] === 'object' ? [ofType(of, name, resource, key, hash)] : []
}
