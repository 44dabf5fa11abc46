/** Where all nodes have what tasks share; below the volume of the logs. */
export const SHARED = '/var/lib/longshore/logs/proof'
export const STEADY = 'proof.steady'
export const HELD = 'proof.held'
/** Lines that a version of the DAG prints. */
export const FIRST_VERSION = 'by the first version'
export const SECOND_VERSION = 'by the second version'

export interface Pace {
  /** Seconds between two dates of the schedule. */
  readonly every: number
  /** A task prints its counter for so many seconds at least, and for as many more at most. */
  readonly shortest: number
  readonly spread: number
}

interface Shape {
  readonly image: string
  readonly pace: Pace
  readonly start: string
  readonly end?: string
  readonly version?: string
}

const beat = 'i=$((i+1)); echo beat $i; sleep 1'

/** Each task says in a file that all share when it starts and when it ends, and counts aloud in between. */
const script = (work: string, version = ''): string => [
  `echo start $LONGSHORE_ATTEMPT >> /proof/ledger`, ...(version === '' ? [] : [`echo ${version}`]), 'i=0', work, 'echo end $LONGSHORE_ATTEMPT >> /proof/ledger', 'echo end $i',
].join('; ')

const task = (image: string, command: string): string => `    image: ${JSON.stringify(image)}
    network: none
    retries: 0
    mounts: [{ source: ${SHARED}, target: /proof, readOnly: false }]
    command: ${JSON.stringify(['sh', '-c', command])}
`

/** A run every few seconds. */
export const steady = ({ image, pace, start, end, version = FIRST_VERSION }: Shape): string => `dag: ${STEADY}
schedule: ${pace.every}s
start: ${start}
${end === undefined ? '' : `end: ${end}\n`}catchup: true
maxActiveRuns: 200
maxActiveTasks: 200
tasks:
  count:
${task(image, script(`n=$(( $\{LONGSHORE_ATTEMPT%.*} % ${pace.spread + 1} + ${pace.shortest} )); while [ $i -lt $n ]; do ${beat}; done`, version))}`

/** A task that runs until it is let go: while something is done to its node it runs, however fast the machine is. */
export const held = (image: string): string => `dag: ${HELD}
params:
  until: { type: string }
maxActiveRuns: 200
maxActiveTasks: 200
tasks:
  count:
${task(image, script(`while [ ! -e /proof/go-{{ params.until }} ]; do ${beat}; done`))}`
