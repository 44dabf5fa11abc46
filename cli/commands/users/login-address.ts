import { loginUrl } from '../../../web/identity/sessions.js'
import type { LoginCode } from '../../ports/users.js'

/** Where the code is used; whoever reads it knows the address of the pages when nobody has set it. */
export const loginAddress = ({ code, url }: LoginCode): string => url ?? loginUrl('http://HOST:PORT', code)
