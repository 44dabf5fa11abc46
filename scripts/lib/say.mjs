/** Everything the scripts tell people goes to standard error: standard output belongs to results. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Ends the process with a message instead of a stack trace; 1 is a failure, 2 something the caller must set right. */
export class Refusal extends Error {
  constructor(message, exitCode = 2) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Runs a script's main function and turns what it throws into an exit code. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0
  } catch (error) {
    say(error instanceof Refusal ? error.message : (error.stack ?? String(error)))
    process.exitCode = error.exitCode ?? 1
  }
}

/** `1.2 s`, `3 min 4 s`. */
export function seconds(milliseconds) {
  const total = milliseconds / 1000
  return total < 90 ? `${total.toFixed(1)} s` : `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`
}
