import { request } from 'node:http'

/**
 * One request to a Docker daemon over its Unix socket: enough for the scripts, which run before any module is installed.
 * Resolves with the status and the text of the answer.
 */
export function dockerRequest(socketPath, method, path, { json, stream, timeoutMs = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const headers = json !== undefined ? { 'Content-Type': 'application/json' } : stream !== undefined ? { 'Content-Type': 'application/x-tar' } : {}
    const call = request({ socketPath, method, path, headers, timeout: timeoutMs }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode, text }))
      response.on('error', reject)
    })
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer from Docker on ${socketPath} within ${timeoutMs} ms`)))
    call.on('error', reject)
    if (stream !== undefined) stream.on('error', error => call.destroy(error)).pipe(call)
    else call.end(json === undefined ? undefined : JSON.stringify(json))
  })
}

/** The parsed answer of a request that must succeed. */
export async function dockerJson(socketPath, method, path, options) {
  const { status, text } = await dockerRequest(socketPath, method, path, options)
  if (status >= 400) throw new Error(`Docker: ${method} ${path}: ${status} ${text.trim()}`)
  return text.trim() === '' ? null : JSON.parse(text)
}

/** Whether a daemon answers on this socket, and if not, why. */
export async function dockerAnswers(socketPath, timeoutMs = 5_000) {
  try {
    const { status } = await dockerRequest(socketPath, 'GET', '/_ping', { timeoutMs })
    return { ok: status === 200, reason: `answers ${status}` }
  } catch (error) {
    return { ok: false, reason: error.code ?? error.message }
  }
}

/** Pulls an image unless it is there; says why it cannot be had. Gives up early: a closed network may not answer at all. */
export async function pull(socketPath, image, timeoutMs = 8_000) {
  try {
    const there = await dockerRequest(socketPath, 'GET', `/images/${image}/json`)
    if (there.status === 200) return { ok: true, reason: '' }
    const [name, tag] = image.split(':')
    const { status, text } = await dockerRequest(socketPath, 'POST', `/images/create?fromImage=${name}&tag=${tag}`, { timeoutMs })
    const failure = /"(?:error|message)":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? (status === 200 ? null : text)
    return failure === null ? { ok: true, reason: '' } : { ok: false, reason: failure.replaceAll('\\"', '"').trim() }
  } catch (error) {
    return { ok: false, reason: error.message }
  }
}
