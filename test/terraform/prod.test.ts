import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Blocks, openShell } from '../harness/typed.js'
import { LockS3 } from './lock-s3.js'
import { type ResourceChange, ROOT, Workbench } from './terraform.js'

const PROD = 'environments/prod'
const bench = new Workbench()
const s3 = new LockS3()
/** What the example's configuration makes in an empty account. */
let planned: readonly ResourceChange[]

const pools = (etl: object, others: object = {}): string => `-var=worker_pools=${JSON.stringify({ etl: { queues: ['default', 'etl'], ...etl }, ...others })}`

beforeAll(async () => {
  await Promise.all([bench.start(), s3.start()])
  copyFileSync(bench.path(`${PROD}/terraform.tfvars.example`), bench.path(`${PROD}/terraform.tfvars`))
  // The state is a file here; the last tests take the bucket.
  writeFileSync(bench.path(`${PROD}/here_override.tf`), 'terraform {\n  backend "local" {}\n}\n')
  await bench.must(PROD, ['init', '-no-color'])
  await bench.must(PROD, ['validate', '-no-color'])
  planned = await bench.plan(PROD, ['-var=prometheus=true', pools({ nodes: 2, ecr_repositories: ['arn:aws:ecr:eu-central-1:123456789012:repository/etl'] }, { ml: { min: 1, max: 60, spot: true, queues: ['ml'] } })])
  await bench.must(PROD, ['apply', '-no-color', 'plan'])
})
afterAll(async () => {
  bench.stop()
  await s3.stop()
})

const ofType = (type: string): Record<string, unknown>[] => planned.filter(change => change.type === type).map(({ change }) => ({ ...change.after }))

describe('what is made', () => {
  test('asks for metadata with a token from the host itself, everywhere', () => {
    const machines = [...ofType('aws_instance'), ...ofType('aws_launch_template')]
    expect(machines).toHaveLength(5)
    for (const machine of machines) expect(machine['metadata_options']).toMatchObject([{ http_tokens: 'required', http_put_response_hop_limit: 1 }])
  })

  test('is encrypted, everywhere', () => {
    for (const instance of ofType('aws_instance')) expect(instance['root_block_device']).toMatchObject([{ encrypted: true, volume_type: 'gp3' }])
    for (const template of ofType('aws_launch_template')) expect(template['block_device_mappings']).toMatchObject([{ ebs: [{ encrypted: 'true', volume_type: 'gp3' }] }])
    expect(ofType('aws_db_instance')).toMatchObject([{ storage_encrypted: true }])
    expect(ofType('aws_elasticache_replication_group')).toMatchObject([{ at_rest_encryption_enabled: 'true', transit_encryption_enabled: true, transit_encryption_mode: 'required' }])
    expect(ofType('aws_s3_bucket_server_side_encryption_configuration')).toHaveLength(ofType('aws_s3_bucket').length)
    expect(ofType('aws_s3_bucket')).toHaveLength(3)
    expect(ofType('aws_lb_listener')).toMatchObject([{ protocol: 'HTTPS', port: 443 }])
  })

  test('lets in nobody from everywhere, and from outside only the web', () => {
    const ingress = ofType('aws_vpc_security_group_ingress_rule')
    expect(ingress.filter(rule => typeof rule['cidr_ipv4'] === 'string')).toMatchObject([{ cidr_ipv4: '203.0.113.0/24', from_port: 443, to_port: 443, ip_protocol: 'tcp' }])
    expect(ingress.filter(rule => rule['ip_protocol'] !== 'tcp' || rule['cidr_ipv6'] !== null)).toEqual([])
    // Rules written into a group would be others that nobody looked at here.
    for (const group of [...ofType('aws_security_group'), ...ofType('aws_default_security_group')]) expect(group['ingress'] ?? []).toEqual([])
  })

  test('forgets nothing, isolates as Longshore needs, and refuses to be deleted', () => {
    expect(ofType('aws_elasticache_parameter_group')[0]?.['parameter']).toContainEqual(expect.objectContaining({ name: 'maxmemory-policy', value: 'noeviction' }))
    expect(ofType('aws_db_parameter_group')[0]?.['parameter']).toContainEqual(expect.objectContaining({ name: 'transaction_isolation', value: 'READ-COMMITTED' }))
    expect(ofType('aws_db_instance')).toMatchObject([{ deletion_protection: true, multi_az: true, skip_final_snapshot: false, publicly_accessible: false, manage_master_user_password: true }])
    expect(ofType('aws_lb')).toMatchObject([{ enable_deletion_protection: true }])
  })

  test('gives each role the rights that are written down in expected-policies.json, and no policy from elsewhere', async () => {
    const policies = JSON.parse(await bench.must(PROD, ['output', '-json', 'policies'])) as Record<string, string>
    const document = Object.fromEntries(Object.entries(policies).map(([role, policy]) => [role, JSON.parse(policy) as unknown]))
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('expected-policies.json')
    expect(planned.filter(({ type }) => type === 'aws_iam_role_policy_attachment')).toEqual([])
    for (const role of ofType('aws_iam_role')) expect(role['managed_policy_arns'] ?? null).toBeNull()
  })

  test('no right is wider than its purpose: no service as a whole, and all resources only where AWS knows no narrower ones', async () => {
    const policies = JSON.parse(await bench.must(PROD, ['output', '-json', 'policies'])) as Record<string, string>
    const statements = Object.values(policies).flatMap(policy => (JSON.parse(policy) as { Statement: { Sid: string; Action: string | string[]; Resource: string | string[] }[] }).Statement)
    expect(statements.filter(({ Action }) => [Action].flat().some(action => action.includes('*')))).toEqual([])
    expect([...new Set(statements.filter(({ Resource }) => [Resource].flat().includes('*')).map(({ Sid }) => Sid))].sort()).toEqual(['BacklogMetric', 'FindNodes', 'RegistryLogin', 'SessionManager'])
  })

  test('gives nodes user data that a shell understands and that holds no secret', async () => {
    const template = ofType('aws_launch_template').find(({ name }) => name === 'longshore-prod-etl')
    // Names of computed endpoints are known after the apply.
    const state = JSON.parse(await bench.must(PROD, ['show', '-json'])) as { values: { root_module: { child_modules: { resources: { type: string; values: Record<string, string> }[] }[] } } }
    const resources = state.values.root_module.child_modules.flatMap(child => child.resources)
    const script = Buffer.from(resources.find(({ type, values }) => type === 'aws_launch_template' && values['name'] === template?.['name'])?.values['user_data'] ?? '', 'base64').toString()
    execFileSync('bash', ['-n'], { input: script })
    expect(script).toContain('NODE_POOL="etl"')
    expect(script).toContain('NODE_PACKAGE="ssm:/longshore-prod/release"')
    for (const name of ['aws-credentials.sh', 'aws-ready.sh', 'provision.sh', '../environments/local/node.sh']) execFileSync('bash', ['-n', bench.path(`provision/${name}`)])
    const [, packed] = /<<'CONTENT' \| gzip -d > \/usr\/local\/lib\/longshore\/provision\.sh\n(.+)\nCONTENT/.exec(script) ?? []
    expect(gunzipSync(Buffer.from(packed ?? '', 'base64')).toString()).toBe(readFileSync(bench.path('provision/provision.sh'), 'utf8'))
    const secret = resources.find(({ type }) => type === 'aws_secretsmanager_secret_version')?.values['secret_string'] ?? ''
    expect(secret).not.toBe('')
    expect(script).not.toContain(secret)
  })
})

test('who watches asks what monitoring/prometheus-ec2.yml asks', async () => {
  const state = JSON.parse(await bench.must(PROD, ['show', '-json'])) as { values: { root_module: { child_modules: { address: string; resources: { type: string; values: Record<string, string> }[] }[] } } }
  const script = state.values.root_module.child_modules.find(({ address }) => address === 'module.observability')?.resources.find(({ type }) => type === 'aws_instance')?.values['user_data'] ?? ''
  execFileSync('bash', ['-n'], { input: script })
  expect(script).toContain('NODE_PACKAGE="ssm:/longshore-prod/release"')
  const [, packed = ''] = /<<'CONTENT' \| gzip -d > \/usr\/local\/lib\/longshore\/prometheus\.yml\n(.+)\nCONTENT/.exec(script) ?? []
  const shipped = readFileSync(join(ROOT, '../monitoring/prometheus-ec2.yml'), 'utf8').replaceAll('us-east-1', 'eu-central-1')
  expect(parse(gunzipSync(Buffer.from(packed, 'base64')).toString())).toEqual(parse(shipped))
})

test('the signing key and the package go to the secret and the bucket that are made, as docs/operations/terraform.md has them typed', async () => {
  const bin = join(bench.folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'aws'), '#!/bin/sh\necho "$*" >> "$HOME/asked"\n', { mode: 0o755 })
  const shell = await openShell({ ...bench.environment, PATH: `${bin}:${process.env['PATH'] ?? ''}` })
  const pages = new Blocks('terraform')
  const typed = async (heading: string): Promise<string> => {
    const [block] = pages.take('terraform.md', heading)
    const { code, output } = await shell(`cd ${bench.path(PROD)}\n${block?.text ?? ''}`)
    expect({ code, output }).toMatchObject({ code: 0 })
    return output
  }
  expect(await typed('2. The keys')).toContain('BEGIN PUBLIC KEY')
  await typed('4. The signing key')
  await typed('5. The package')
  const home = bench.environment['HOME'] ?? ''
  const asked = readFileSync(join(home, 'asked'), 'utf8').trim().split('\n')
  expect(asked).toEqual([
    expect.stringMatching(/^secretsmanager put-secret-value --secret-id \S+ --secret-string file:\/\/\S+$/), expect.stringMatching(/^s3 cp --recursive \S+\/0\.2\.0 s3:\/\/longshore-prod-releases-\d+\/0\.2\.0$/),
  ])
  expect(readFileSync(/file:\/\/(\S+)$/.exec(asked[0] ?? '')?.[1] ?? '', 'utf8')).toContain('PRIVATE KEY')
  // local.test.ts types those of the local environment.
  expect(pages.left().filter(block => !block.startsWith('terraform.md, On this machine'))).toEqual([])
}, 240_000)

describe('changes', () => {
  const ml = { ml: { min: 1, max: 60, spot: true, queues: ['ml'] } }
  const etl = { nodes: 2, ecr_repositories: ['arn:aws:ecr:eu-central-1:123456789012:repository/etl'] }
  const change = (...args: string[]): Promise<readonly ResourceChange[]> => bench.plan(PROD, ['-var=prometheus=true', ...args])

  test('planned again, nothing changes', async () => {
    expect((await change(pools(etl, ml))).map(({ address }) => address)).toEqual([])
  })

  test('a third node is one change in place of one group', async () => {
    const changes = await change(pools({ ...etl, nodes: 3 }, ml))
    expect(changes.map(({ address, change: { actions } }) => `${actions.join()} ${address}`)).toEqual(['update module.worker_pool["etl"].aws_autoscaling_group.nodes'])
    expect(changes[0]?.change.after).toMatchObject({ min_size: 3, max_size: 3, desired_capacity: 3 })
  })

  test('a new version of Longshore touches no node: it is a parameter that they read', async () => {
    const changes = await change(pools(etl, ml), `-var=release=${JSON.stringify({ version: '0.3.0', key: '0.3.0/longshore_0.3.0_amd64.deb', sha256: 'f'.repeat(64) })}`)
    expect(changes.map(({ address, change: { actions } }) => `${actions.join()} ${address}`)).toEqual(['update module.data.aws_ssm_parameter.release'])
  })

  test('a new image is rolled out to pools, and to no node of the control plane', async () => {
    const changes = await change(pools(etl, ml), '-var=ami_id=ami-0fedcba9876543210')
    expect(changes.map(({ type, change: { actions } }) => `${actions.join()} ${type}`).sort()).toEqual([
      'update aws_autoscaling_group', 'update aws_autoscaling_group', 'update aws_launch_template', 'update aws_launch_template',
    ])
  })

  test.each([
    ['a pool without queues', '{"etl":{"nodes":2,"queues":["default"]},"ml":{"nodes":1}}', /These pools serve no queue and would run nothing: ml\./],
    ['no pool for the queue default', '{"etl":{"nodes":2,"queues":["etl"]}}', /No pool serves the queue default/],
    ['a pool with neither a number nor a range', '{"etl":{"queues":["default"]}}', /neither a number of nodes nor a range, or both: etl\./],
  ])('%s is refused, and it is said why', async (_, value, message) => {
    const { code, stderr } = await bench.run(PROD, ['plan', '-no-color', `-var=worker_pools=${value}`])
    expect(code).toBe(1)
    expect(stderr.replace(/\s*│?\s+/g, ' ')).toMatch(message)
  })
})

describe('the state in S3', () => {
  test('is encrypted, and of eight who plan at once one has the lock', async () => {
    // Nothing of AWS: the backend alone is tried, as the environment has it.
    const backend = /backend "s3" \{[^}]*\}/.exec(readFileSync(bench.path(`${PROD}/versions.tf`), 'utf8'))?.[0]
    writeFileSync(bench.path('state.tf'), `terraform {\n  ${backend ?? ''}\n}\nresource "terraform_data" "slow" {\n  input = "x"\n}\n`)
    const environment = { ...s3.environment(), AWS_REGION: 'eu-central-1' }
    const options = ['bucket=longshore-state', 'region=eu-central-1', 'skip_credentials_validation=true', 'skip_requesting_account_id=true', 'use_path_style=true', 'kms_key_id=arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-4cde-89ab-1234567890ab']
    await bench.must('.', ['init', '-no-color', ...options.map(option => `-backend-config=${option}`)], environment)
    await bench.must('.', ['apply', '-no-color', '-auto-approve'], environment)
    const state = s3.objects.get('/longshore-state/longshore/prod.tfstate')
    expect(JSON.parse(state?.body.toString() ?? '{}')).toMatchObject({ resources: [{ type: 'terraform_data' }] })
    expect(state?.encryption).toBe('aws:kms')

    s3.refusalsFirst = 7
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => bench.run('.', ['plan', '-no-color'], environment)))
    const refused = outcomes.filter(({ code }) => code !== 0)
    expect(refused.map(({ stderr }) => /Error acquiring the state lock/.exec(stderr)?.[0])).toEqual(Array(7).fill('Error acquiring the state lock'))
    expect(s3.refusals).toBe(7)
    expect([...s3.objects.keys()].filter(key => key.endsWith('.tflock'))).toEqual([])
  })
})
