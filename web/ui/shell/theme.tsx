import { useEffect } from 'react'
import { Segments } from '../kit/controls.js'
import { Icon } from '../kit/icon.js'
import { stored } from '../kit/stored.js'

type Theme = 'system' | 'light' | 'dark'
/** public/theme.js reads the same key before the first paint. */
const theme = stored<Theme>('longshore.theme', 'system', ['system', 'light', 'dark'])

export function ThemeSwitch() {
  const chosen = theme.use()
  useEffect(() => {
    if (chosen === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = chosen
  }, [chosen])
  return (
    <Segments<Theme> label="Theme" value={chosen} onChange={theme.set} choices={[
      ['system', <><Icon name="system" size={14} /><span className="hidden">System theme</span></>],
      ['light', <><Icon name="sun" size={14} /><span className="hidden">Light</span></>],
      ['dark', <><Icon name="moon" size={14} /><span className="hidden">Dark</span></>],
    ]} />
  )
}
