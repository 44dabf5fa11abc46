import type { LogFrame } from '../../shared/broker/live-log.js'
import { wallClock } from '../clock.js'

/** A line of Longshore's own among those of a task. */
export function ownWords(words: string): LogFrame {
  const now = wallClock()
  const seconds = Math.floor(now / 1000)
  return { time: `${seconds}.${String(Math.floor((now - seconds * 1000) * 1e6)).padStart(9, '0')}`, stream: 'stderr', text: `[longshore] ${words}`, complete: true }
}
