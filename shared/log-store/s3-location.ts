import { LongshoreError } from '../errors.js'

/** What the setting `s3://bucket/prefix?endpoint=…&region=…&pathStyle=…` says. */
export interface S3Location {
  readonly bucket: string
  /** Before every key; empty, or with a slash at its end. */
  readonly prefix: string
  /** Null for AWS itself. */
  readonly endpoint: string | null
  /** Null when the SDK is to find it in the environment. */
  readonly region: string | null
  /** Whether the bucket stands in the path of a URL instead of in its host name. */
  readonly pathStyle: boolean
}

const PARAMETERS = ['endpoint', 'region', 'pathStyle']
/** Servers other than AWS take any region, but one must be signed. */
const ANY_REGION = 'us-east-1'

export function parseS3Location(target: string): S3Location {
  const refuse = (why: string): never => {
    throw new LongshoreError('LS_CONFIG', `logStore '${target.replace(/\/\/[^@/]*@/, '//***@')}': ${why}`, { hint: 'Write s3://BUCKET/PREFIX?endpoint=URL&region=REGION.' })
  }
  if (!URL.canParse(target)) return refuse('it is not a URL')
  const url = new URL(target)
  if (url.username !== '' || url.password !== '') return refuse('credentials are taken from the environment (AWS_ACCESS_KEY_ID …), not from the URL')
  if (url.hostname === '' || url.port !== '') return refuse('after s3:// the name of a bucket must stand')
  const unknown = [...url.searchParams.keys()].find(key => !PARAMETERS.includes(key))
  if (unknown !== undefined) return refuse(`there is no parameter '${unknown}'; there are ${PARAMETERS.join(', ')}`)
  const endpoint = url.searchParams.get('endpoint')
  if (endpoint !== null && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))) return refuse(`the endpoint '${endpoint}' must be an http or https URL`)
  const pathStyle = url.searchParams.get('pathStyle') ?? String(endpoint !== null)
  if (pathStyle !== 'true' && pathStyle !== 'false') return refuse('pathStyle must be true or false')
  const folder = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '')
  return {
    bucket: url.hostname, prefix: folder === '' ? '' : `${folder}/`, endpoint,
    region: url.searchParams.get('region') ?? (endpoint === null ? null : process.env['AWS_REGION'] ?? ANY_REGION), pathStyle: pathStyle === 'true',
  }
}
