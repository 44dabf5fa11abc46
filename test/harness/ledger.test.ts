import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { BUSYBOX_IMAGE, removeContainersAtEnd, sharedDocker } from './docker.js'
import { childEnvironment } from './environment.js'
import { checkLedger, Ledger, parseLedger } from './ledger.js'
import { until } from './wait.js'

const LABEL = 'longshore.harness.ledger'

it('is kept by containers on a bind mount: an attempt starts and ends, and exits as its work does', async () => {
  const { client } = await sharedDocker()
  removeContainersAtEnd(client, LABEL)
  const ledger = new Ledger()
  const container = await client.createContainer({
    Image: BUSYBOX_IMAGE, Cmd: ['sh', '-c', ledger.script('exit 7')], Env: ['LONGSHORE_ATTEMPT=12.1'], Labels: { [LABEL]: '' },
    HostConfig: { NetworkMode: 'none', Binds: [ledger.bind] },
  })
  await container.start()
  expect(await container.wait()).toMatchObject({ StatusCode: 7 })
  await container.remove()
  expect(ledger.entries()).toMatchObject([{ type: 'start', taskInstance: 12, fence: 1 }, { type: 'end', attempt: '12.1' }])
  expect(ledger.check()).toEqual({ startedTwice: [], overlaps: [], outOfOrder: [], unended: [] })
})

it('knows that two attempts lived at once even when both are killed before they can write their end', async () => {
  const { client } = await sharedDocker()
  removeContainersAtEnd(client, LABEL)
  const ledger = new Ledger()
  const launch = async (attempt: string): Promise<() => Promise<void>> => {
    const container = await client.createContainer({
      Image: BUSYBOX_IMAGE, Cmd: ['sh', '-c', ledger.script('sleep 1000')], Env: [`LONGSHORE_ATTEMPT=${attempt}`], Labels: { [LABEL]: '' },
      HostConfig: { NetworkMode: 'none', Binds: [ledger.bind] },
    })
    await container.start()
    await until(() => ledger.started().includes(attempt))
    return () => container.remove({ force: true })
  }
  const first = await launch('5.1')
  const second = await launch('5.2')
  await Promise.all([first(), second()])
  // The kernel has let go of the lock by the time the containers are gone: this one is alone.
  const third = await launch('5.3')
  await third()
  expect(ledger.check()).toMatchObject({ overlaps: [['5.1', '5.2']], unended: ['5.1', '5.2', '5.3'] })
})

it('is kept by plain processes as well', async () => {
  const ledger = new Ledger()
  await promisify(execFile)('bash', ['-c', ledger.script('true', ledger.folder)], { env: childEnvironment({ LONGSHORE_ATTEMPT: '1.4' }) })
  expect(ledger.entries()).toMatchObject([{ type: 'start', attempt: '1.4' }, { type: 'end', attempt: '1.4' }])
})

describe('the check', () => {
  const check = (...lines: string[]): ReturnType<typeof checkLedger> => checkLedger(parseLedger(lines.map(line => `${line} 1.00\n`).join('')))

  it('is content with attempts one after another, and with task instances side by side', () => {
    expect(check('start 1.1', 'start 2.1', 'end 1.1', 'start 1.2', 'end 2.1', 'end 1.2')).toEqual({ startedTwice: [], overlaps: [], outOfOrder: [], unended: [] })
  })

  it('finds an attempt that ran twice', () => {
    expect(check('start 1.1', 'end 1.1', 'start 1.1', 'end 1.1').startedTwice).toEqual(['1.1'])
  })

  it('finds attempts that overlapped', () => {
    expect(check('start 1.1', 'start 1.2', 'end 1.1', 'end 1.2').overlaps).toEqual([['1.1', '1.2']])
  })

  it('does not take a killed attempt for an overlap', () => {
    expect(check('start 1.1', 'start 1.2', 'end 1.2')).toMatchObject({ overlaps: [], unended: ['1.1'] })
  })

  it('finds an older attempt that started after a newer one', () => {
    expect(check('start 1.2', 'end 1.2', 'start 1.1', 'end 1.1').outOfOrder).toEqual(['1.1'])
  })

  it('passes over a last line that was cut short', () => {
    expect(parseLedger('start 1.1 1.00\nend 1.')).toHaveLength(1)
  })
})
