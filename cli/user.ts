import { userInfo } from 'node:os'

/** Who gives this command: what is changed says so. */
export function currentUser(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without an entry in the system's list, as in many containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
