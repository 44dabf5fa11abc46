import { useEffect, useState } from 'react'
import { runPath } from '../../api/runs.js'
import { path } from '../../api/ask.js'
import { LogLines, type Frame } from './log-lines.js'

export interface LogState {
  readonly lines: LogLines
  /** Changes with every change of the lines. */
  readonly version: number
  readonly phase: 'opening' | 'live' | 'ended' | 'broken'
}

export const logPath = (dag: string, run: string, task: string, mapIndex: number, fence: number): string =>
  `/api/v1${runPath(dag, run)}${path`/tasks/${task}/attempts/${fence}/log`}${mapIndex < 0 ? '' : `?mapIndex=${mapIndex}`}`

/** The log of an attempt, from its beginning on and as it grows. A browser that was cut off goes on where it was. */
export function useLog(url: string): LogState {
  const [state, setState] = useState<LogState>({ lines: new LogLines(), version: 0, phase: 'opening' })
  useEffect(() => {
    const lines = new LogLines()
    let version = 0
    let frame = 0
    let phase: LogState['phase'] = 'opening'
    // A fast log brings many events between two pictures.
    const show = () => { frame ||= requestAnimationFrame(() => { frame = 0; version += 1; setState({ lines, version, phase }) }) }
    const source = new EventSource(url)
    source.addEventListener('open', () => { phase = 'live'; show() })
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      lines.add(JSON.parse(data) as readonly Frame[])
      show()
    })
    source.addEventListener('end', () => { source.close(); phase = 'ended'; show() })
    source.addEventListener('error', () => { if (source.readyState === EventSource.CLOSED) { phase = 'broken'; show() } })
    return () => {
      source.close()
      cancelAnimationFrame(frame)
    }
  }, [url])
  return state
}
