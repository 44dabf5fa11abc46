import { afterAll } from 'vitest'
import { cleanUp } from './cleanup.js'

/** Registered before any hook of the file, and hooks of this kind run last first: so this one is the last. */
afterAll(cleanUp, 120_000)
