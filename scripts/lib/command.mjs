import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Refusal } from './say.mjs'

/** Servers live in sbin, which is not on an ordinary user's PATH. */
const SEARCH = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

/** The path of a command, or null. */
export function which(command) {
  for (const folder of SEARCH) {
    if (folder === '') continue
    const path = join(folder, command)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not here.
    }
  }
  return null
}

/**
 * Runs a command to its end. With `show` its output goes to standard error as it comes; otherwise it is kept, and shown
 * only when the command fails.
 */
export function run(command, args, { show = false, cwd, env, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: [input === undefined ? 'ignore' : 'pipe', show ? 2 : 'pipe', show ? 2 : 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', chunk => (stdout += chunk))
    child.stderr?.on('data', chunk => (stderr += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? 128, signal, stdout, stderr }))
    if (input !== undefined) child.stdin.end(input)
  })
}

/** Like {@link run}, but a command that fails is an error that shows what it printed. */
export async function mustRun(command, args, options = {}) {
  const result = await run(command, args, options)
  if (result.code !== 0) {
    const output = `${result.stdout}${result.stderr}`.trim()
    throw new Refusal(`${[command, ...args].join(' ')} failed (exit ${result.code})${output === '' ? '' : `:\n${output}`}`, 1)
  }
  return result.stdout
}
