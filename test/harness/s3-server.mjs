// A server that speaks as much of the S3 protocol as logs need, over files: signatures are verified, and single requests can be
// made to fail. Usage: node s3-server.mjs PORT FOLDER ACCESS_KEY SECRET_KEY
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [port, folder, accessKey, secretKey] = process.argv.slice(2)
const PAGE = 100
const SMALLEST_PART = 5 * 1024 * 1024
/** @type {{ match: string, kind: string, times: number }[]} */
let faults = []
/** @type {string[]} */
let requests = []

class Refusal extends Error {
  constructor(status, code) {
    super(code)
    this.status = status
    this.code = code
  }
}

const hash = data => createHash('sha256').update(data).digest('hex')
const hmac = (key, data) => createHmac('sha256', key).update(data).digest()
const encode = text => encodeURIComponent(text).replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

/** AWS Signature Version 4, written from its specification. */
function verify(request, url) {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, *SignedHeaders=([^,]+), *Signature=(\w+)$/.exec(request.headers.authorization ?? '')
  if (match === null) throw new Refusal(403, 'AccessDenied')
  const [, key, day, region, signedHeaders, signature] = match
  if (key !== accessKey) throw new Refusal(403, 'InvalidAccessKeyId')
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join('&')
  const headers = signedHeaders.split(';').map(name => `${name}:${String(request.headers[name]).trim()}\n`).join('')
  const canonical = [request.method, url.pathname, query, headers, signedHeaders, request.headers['x-amz-content-sha256']].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, hash(canonical)].join('\n')
  const signingKey = [day, region, 's3', 'aws4_request'].reduce((derived, part) => hmac(derived, part), `AWS4${secretKey}`)
  if (hmac(signingKey, toSign).toString('hex') !== signature) throw new Refusal(403, 'SignatureDoesNotMatch')
}

const objects = bucket => join(folder, 'objects', bucket)
const uploads = join(folder, 'uploads')
const fileOf = (bucket, key) => join(objects(bucket), encode(key))

function mustBucket(bucket) {
  if (!existsSync(objects(bucket))) throw new Refusal(404, 'NoSuchBucket')
}

/** The whole body, checked against its signed hash, in a file that nobody sees yet. */
async function receive(request) {
  if ((request.headers['content-encoding'] ?? '').includes('aws-chunked')) throw new Refusal(501, 'NotImplemented')
  const draft = join(folder, 'drafts', randomUUID())
  const digest = createHash('sha256')
  request.on('data', chunk => digest.update(chunk))
  await pipeline(request, createWriteStream(draft))
  const expected = request.headers['x-amz-content-sha256']
  const found = digest.digest('hex')
  if (expected !== 'UNSIGNED-PAYLOAD' && expected !== found) throw new Refusal(400, 'XAmzContentSHA256Mismatch')
  return { draft, etag: `"${found.slice(0, 32)}"` }
}

const xml = (response, body, status = 200) => response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${body}`)
const escape = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

async function put(request, response, bucket, key, query) {
  const { draft, etag } = await receive(request)
  const upload = query.get('uploadId')
  if (upload === null) renameSync(draft, fileOf(bucket, key))
  else {
    if (!existsSync(join(uploads, upload))) throw new Refusal(404, 'NoSuchUpload')
    renameSync(draft, join(uploads, upload, String(query.get('partNumber')).padStart(5, '0')))
  }
  response.writeHead(200, { etag }).end()
}

async function complete(request, response, bucket, key, upload) {
  const { draft } = await receive(request)
  const numbers = [...readFileSync(draft, 'utf8').matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(match => match[1].padStart(5, '0'))
  rmSync(draft)
  const place = join(uploads, upload)
  if (!existsSync(place)) throw new Refusal(404, 'NoSuchUpload')
  if (numbers.slice(0, -1).some(number => statSync(join(place, number)).size < SMALLEST_PART)) throw new Refusal(400, 'EntityTooSmall')
  const whole = join(folder, 'drafts', randomUUID())
  writeFileSync(whole, '')
  for (const number of numbers) await pipeline(createReadStream(join(place, number)), createWriteStream(whole, { flags: 'a' }))
  renameSync(whole, fileOf(bucket, key))
  rmSync(place, { recursive: true })
  xml(response, `<CompleteMultipartUploadResult><Key>${escape(key)}</Key><ETag>"${upload}"</ETag></CompleteMultipartUploadResult>`)
}

function get(request, response, bucket, key, fault) {
  const file = fileOf(bucket, key)
  if (!existsSync(file)) throw new Refusal(404, 'NoSuchKey')
  const { size } = statSync(file)
  if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': size }).end()
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  const start = Number(range?.[1] ?? 0)
  const end = Math.min(size, Number(range?.[2] ?? size - 1) + 1)
  if (range !== null && start >= size) throw new Refusal(416, 'InvalidRange')
  response.writeHead(range === null ? 200 : 206, { 'content-length': end - start, ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }) })
  if (end === start) return response.end()
  if (fault === 'half') return response.write(readFileSync(file).subarray(start, start + Math.floor((end - start) / 2)), () => response.destroy())
  pipeline(createReadStream(file, { start, end: end - 1 }), response).catch(() => {})
}

function list(response, bucket, query) {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const keys = readdirSync(objects(bucket)).map(decodeURIComponent).filter(key => key.startsWith(prefix) && key > after).sort()
  const page = keys.slice(0, PAGE)
  const contents = page.map(key => `<Contents><Key>${escape(key)}</Key><Size>${statSync(fileOf(bucket, key)).size}</Size></Contents>`)
  const more = keys.length > PAGE
  xml(response, `<ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${escape(page.at(-1))}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`)
}

/** For tests alone: what fails next, and what was asked. */
async function control(request, response, path) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  if (path === '/-/faults') faults = JSON.parse(Buffer.concat(chunks).toString())
  const told = requests
  if (path === '/-/requests') requests = []
  response.end(JSON.stringify({ requests: told, uploads: readdirSync(uploads), faults }))
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname.startsWith('/-/')) return control(request, response, url.pathname)
  const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/')
  const key = rest.join('/')
  const query = url.searchParams
  const what = `${request.method} ${decodeURIComponent(request.url)}`
  requests.push(what)
  const fault = faults.find(({ match, times }) => times > 0 && new RegExp(match).test(what))
  if (fault !== undefined) fault.times -= 1
  if (fault?.kind === 'cut') return request.socket.destroy()
  if (fault?.kind === 'hang') return
  if (fault?.kind === '503') throw new Refusal(503, 'ServiceUnavailable')
  if (fault?.kind === 'slowdown') throw new Refusal(503, 'SlowDown')
  if (fault?.kind === '500') throw new Refusal(500, 'InternalError')
  verify(request, url)
  mustBucket(bucket)
  if (fault?.kind === 'lost') response.end = () => request.socket.destroy()
  const upload = query.get('uploadId')
  if (request.method === 'PUT') return put(request, response, bucket, key, query)
  if (request.method === 'POST' && query.has('uploads')) {
    const id = randomUUID()
    mkdirSync(join(uploads, id))
    return xml(response, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
  }
  if (request.method === 'POST' && upload !== null) return complete(request, response, bucket, key, upload)
  if (request.method === 'DELETE') {
    rmSync(upload === null ? fileOf(bucket, key) : join(uploads, upload), { recursive: true, force: true })
    return response.writeHead(204).end()
  }
  if (key === '') return list(response, bucket, query)
  return get(request, response, bucket, key, fault?.kind)
}

for (const place of ['drafts', 'uploads', 'objects/logs']) mkdirSync(join(folder, place), { recursive: true })
createServer((request, response) => {
  answer(request, response).catch(error => {
    if (response.headersSent) return response.destroy()
    const status = error.status ?? 500
    // A body that is not read would be taken for the next request on this connection.
    request.resume()
    if (request.method === 'HEAD') return response.writeHead(status).end()
    xml(response, `<Error><Code>${error.code ?? 'InternalError'}</Code><Message>${escape(String(error.message))}</Message></Error>`, status)
  })
}).listen(Number(port), '127.0.0.1')
