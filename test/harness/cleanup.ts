type Step = () => void | Promise<void>

const steps: Step[] = []

/** Has something undone when the test file ends, last first. What a test stops itself may be stopped again: every stop works twice. */
export function atEnd(step: Step): void {
  steps.push(step)
}

/** Called by setup.ts after the last test of a file, whether the tests passed or not. */
export async function cleanUp(): Promise<void> {
  const errors: unknown[] = []
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} steps of the clean-up failed`)
}
