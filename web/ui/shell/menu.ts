import { stored } from '../kit/stored.js'

/** Whether the navigation is open on a narrow screen. */
export const menu = stored<'open' | 'closed'>('longshore.menu', 'closed', ['closed'])
