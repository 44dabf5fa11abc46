import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StubProvider } from './stub/provider.js'

export const ROOT = join(import.meta.dirname, '../../terraform')

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a plan does with one resource, as `terraform show -json` tells. */
export interface ResourceChange {
  readonly address: string
  readonly type: string
  readonly change: {
    readonly actions: readonly string[]
    readonly before: Readonly<Record<string, unknown>> | null
    readonly after: Readonly<Record<string, unknown>> | null
  }
}

/**
 * The real Terraform on a copy of terraform/, with the stub in place of AWS. Nothing is written into the checkout, nothing is fetched and
 * nothing is asked.
 */
export class Workbench {
  readonly folder = mkdtempSync(join(tmpdir(), 'longshore-terraform-'))
  private readonly provider = new StubProvider(this.folder)

  async start(): Promise<void> {
    // Without examples and tests of nobody's interest a copy takes milliseconds; what somebody made by hand in the checkout stays there.
    cpSync(ROOT, join(this.folder, 'terraform'), { recursive: true, filter: path => !/\.terraform|\.tfstate|\.tfvars$/.test(path) })
    writeFileSync(join(this.folder, 'cli.tfrc'), 'disable_checkpoint = true\n')
    mkdirSync(join(this.folder, 'home'))
    const version = await this.run('.', ['version'])
    if (version.code !== 0) throw new Error(`terraform does not run: ${version.stderr}`)
    await this.provider.start()
  }

  /** Of whoever runs Terraform here. */
  get environment(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: join(this.folder, 'home'), TF_CLI_CONFIG_FILE: join(this.folder, 'cli.tfrc'), TF_IN_AUTOMATION: '1', TF_INPUT: '0', ...this.provider.environment() }
  }

  path(below: string): string {
    return join(this.folder, 'terraform', below)
  }

  /** Runs Terraform in a folder below terraform/. */
  run(below: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      execFile('terraform', [...args], {
        cwd: this.path(below),
        maxBuffer: 64 * 1024 * 1024,
        env: { ...this.environment, ...environment },
      }, (error, stdout, stderr) => {
        if (error !== null && (error as NodeJS.ErrnoException).code === 'ENOENT') reject(new Error('There is no terraform on the PATH. These tests run the real one, 1.11 or later: install it from https://developer.hashicorp.com/terraform/install'))
        else resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
      })
    })
  }

  /** As `run`, for what must succeed. */
  async must(below: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(below, args, environment)
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} in ${below} ended with ${code}\n${stdout}\n${stderr}`)
    return stdout
  }

  /** The changes that a plan makes, those that change nothing left out. */
  async plan(below: string, args: readonly string[]): Promise<readonly ResourceChange[]> {
    await this.must(below, ['plan', '-no-color', '-refresh=false', '-out=plan', ...args])
    const shown = JSON.parse(await this.must(below, ['show', '-json', 'plan'])) as { resource_changes?: readonly ResourceChange[] }
    return (shown.resource_changes ?? []).filter(({ change }) => !['no-op', 'read'].includes(change.actions[0] ?? ''))
  }

  stop(): void {
    this.provider.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
