import { LongshoreError } from '../../shared/errors.js'

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; the variable is that of the SDKs. */
const ADDRESS = process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? 'http://169.254.169.254'
const TOKEN_SECONDS = 21_600
const ANSWER_MS = 2_000

/** The metadata of an instance of EC2, by version 2 of its service: every request carries a token that a PUT has given. */
export class Imds {
  #token: { readonly text: string; readonly until: number } | null = null

  constructor(private readonly address = ADDRESS) {}

  /** Whether this machine has such a service at all. */
  async isThere(): Promise<boolean> {
    return this.#newToken().then(() => true, () => false)
  }

  /** The text at a path below /latest/meta-data/; null when there is none. */
  async get(path: string): Promise<string | null> {
    for (let tries = 0; ; tries += 1) {
      const token = this.#token !== null && performance.now() < this.#token.until ? this.#token.text : await this.#newToken()
      const answer = await fetch(new URL(`/latest/meta-data/${path}`, this.address), { headers: { 'x-aws-ec2-metadata-token': token }, signal: AbortSignal.timeout(ANSWER_MS) })
      const text = await answer.text()
      if (answer.ok) return text
      if (answer.status === 404) return null
      // It has forgotten the token: the instance was stopped and started.
      if (answer.status !== 401 || tries > 0) throw new LongshoreError('LS_NODE', `the metadata service answers ${path} with ${answer.status}`)
      this.#token = null
    }
  }

  async #newToken(): Promise<string> {
    const answer = await fetch(new URL('/latest/api/token', this.address), { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) }, signal: AbortSignal.timeout(ANSWER_MS) })
    if (!answer.ok) throw new LongshoreError('LS_NODE', `the metadata service gives no token: ${answer.status}`)
    const text = await answer.text()
    this.#token = { text, until: performance.now() + (TOKEN_SECONDS - 60) * 1_000 }
    return text
  }
}
