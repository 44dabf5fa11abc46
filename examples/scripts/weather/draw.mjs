import { round } from '../lib/task.mjs'

const WIDTH = 1080
const HEIGHT = 610
const MARGIN = { left: 68, right: 24, top: 112, bottom: 66 }
const GAP = { x: 34, y: 54 }
const TEMPERATURE_HEIGHT = 240

/** Colours for light and dark pages; text is never in the colour of a line. */
const STYLE = `
    text { font: 13px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #3c3f44 }
    .title { font-size: 21px; font-weight: 600; fill: #17191c }
    .station { font-size: 16px; font-weight: 600; fill: #17191c }
    .quiet { font-size: 12px; fill: #666a70 }
    .mark { font-size: 12px; fill: #52565c; stroke: #ffffff; stroke-width: 3px; paint-order: stroke; stroke-linejoin: round }
    .page { fill: #ffffff }
    .grid { stroke: #e4e6e9; stroke-width: 1 }
    .axis { stroke: #9b9fa6; stroke-width: 1 }
    .high { stroke: #d9541e; fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
    .low { stroke: #2466c4; fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
    .range { fill: #8c8f96; fill-opacity: .13 }
    .rain { fill: #128276 }
    .dot { stroke: #ffffff; stroke-width: 2; fill: #d9541e }
    .hit { fill: transparent }
    @media (prefers-color-scheme: dark) {
      text { fill: #c3c7cd }
      .title, .station { fill: #f2f3f5 }
      .quiet { fill: #9a9fa7 }
      .mark { fill: #b4b9c1; stroke: #16181c }
      .page { fill: #16181c }
      .grid { stroke: #2b2e34 }
      .axis { stroke: #6b7078 }
      .high { stroke: #ff8a57 }
      .low { stroke: #6ba6ff }
      .rain { fill: #35b8a8 }
      .dot { stroke: #16181c; fill: #ff8a57 }
    }`

/**
 * The months of each station, side by side on the same scales: temperature above, precipitation below.
 * @param stations `{ name, months: [{ month: '2012-01', high, low, precipitation }] }`, months in order
 */
export function drawWeather(stations) {
  const all = stations.flatMap(({ months }) => months)
  const months = [...new Set(all.map(({ month }) => month))].sort()
  const years = [...new Set(months.map(month => month.slice(0, 4)))]
  const panelWidth = (WIDTH - MARGIN.left - MARGIN.right - GAP.x * (stations.length - 1)) / stations.length
  const temperature = scale(all.flatMap(({ high, low }) => [high, low]), MARGIN.top + TEMPERATURE_HEIGHT, MARGIN.top)
  const rain = scale([0, ...all.map(({ precipitation }) => precipitation)], HEIGHT - MARGIN.bottom, MARGIN.top + TEMPERATURE_HEIGHT + GAP.y)
  const title = `Monthly weather in ${stations.map(({ name }) => name).join(' and ')}, ${years[0]}–${years.at(-1)}`
  const parts = stations.map((station, index) => panel({
    station, months, years, temperature, rain, first: index === 0, left: MARGIN.left + index * (panelWidth + GAP.x), width: panelWidth,
  }))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
  <title id="title">${escape(title)}</title>
  <style>${STYLE}
  </style>
  <rect class="page" width="${WIDTH}" height="${HEIGHT}"/>
  <text class="title" x="${MARGIN.left}" y="36">${escape(title)}</text>
${legend(MARGIN.left, 62)}
${parts.join('\n')}
  <text class="quiet" x="${MARGIN.left}" y="${HEIGHT - 14}">Daily observations of NOAA’s National Climatic Data Center, from the npm package vega-datasets; aggregated by the DAG examples.weather</text>
</svg>
`
}

function legend(x, y) {
  return `  <g transform="translate(${x} ${y})">
    <path class="high" d="M0 -4h22"/><text x="29" y="0">mean daily high</text>
    <path class="low" d="M150 -4h22"/><text x="179" y="0">mean daily low</text>
    <rect class="rain" x="294" y="-11" width="9" height="12" rx="1"/><text x="311" y="0">precipitation</text>
  </g>`
}

function panel({ station, months, years, temperature, rain, first, left, width }) {
  const right = left + width
  const step = width / months.length
  const xOf = month => round(left + (months.indexOf(month) + 0.5) * step)
  const points = key => station.months.map(row => `${xOf(row.month)} ${round(temperature.at(row[key]))}`)
  const hottest = station.months.reduce((a, b) => (b.high > a.high ? b : a))
  const wettest = station.months.reduce((a, b) => (b.precipitation > a.precipitation ? b : a))
  return `  <g>
    <text class="station" x="${left}" y="${MARGIN.top - 14}">${escape(station.name)}</text>
${yAxis(temperature, first ? '°C' : null, left, right)}
${yAxis(rain, first ? 'mm' : null, left, right)}
${years.map(year => yearTick(year, months, left, step, temperature, rain)).join('\n')}
    <path class="range" d="M${points('high').join('L')}L${points('low').reverse().join('L')}Z"/>
    <path class="high" d="M${points('high').join('L')}"/>
    <path class="low" d="M${points('low').join('L')}"/>
${station.months.map(row => bar(row, xOf(row.month), Math.max(1, step - 2), rain)).join('\n')}
    <circle class="dot" cx="${xOf(hottest.month)}" cy="${round(temperature.at(hottest.high))}" r="4"/>
${mark(`${hottest.high.toFixed(1)} °C in ${monthName(hottest.month)}`, xOf(hottest.month), temperature.at(hottest.high) - 9, left, right)}
${mark(`${wettest.precipitation.toFixed(1)} mm in ${monthName(wettest.month)}`, xOf(wettest.month), rain.at(wettest.precipitation) - 6, left, right)}
${station.months.map(row => hover(row, xOf(row.month), step)).join('\n')}
  </g>`
}

function yAxis({ ticks, at }, unit, left, right) {
  return ticks.map((value, index) => {
    const y = round(at(value))
    const label = unit === null ? '' : `<text x="${left - 8}" y="${y + 4}" text-anchor="end">${String(value).replace('-', '−')}${index === ticks.length - 1 ? ` ${unit}` : ''}</text>`
    return `    <path class="${value === 0 ? 'axis' : 'grid'}" d="M${left} ${y}H${round(right)}"/>${label}`
  }).join('\n')
}

function bar({ month, precipitation }, x, width, rain) {
  const top = round(rain.at(precipitation))
  return `    <rect class="rain" data-month="${month}" x="${round(x - width / 2)}" y="${top}" width="${round(width)}" height="${round(rain.at(0) - top)}" rx="1"/>`
}

/** A boundary before each January but the first, and the year's name in the middle of its months. */
function yearTick(year, months, left, step, temperature, rain) {
  const own = months.filter(month => month.startsWith(`${year}-`))
  const start = months.indexOf(own[0])
  const from = round(left + start * step)
  const line = start === 0 ? '' : [temperature, rain].map(({ bottom, top }) => `<path class="grid" d="M${from} ${top}V${bottom}"/>`).join('')
  const x = round(left + (start + own.length / 2) * step)
  return `    ${line}<text x="${x}" y="${temperature.bottom + 20}" text-anchor="middle">${year}</text><text x="${x}" y="${rain.bottom + 20}" text-anchor="middle">${year}</text>`
}

/** Text near a point, kept inside its panel. */
function mark(text, x, y, left, right) {
  const half = text.length * 3.5
  const anchor = x - half < left ? 'start' : x + half > right ? 'end' : 'middle'
  return `    <text class="mark" x="${anchor === 'start' ? left : anchor === 'end' ? round(right) : x}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`
}

/** A column to point at: browsers show its title. */
function hover({ month, high, low, precipitation }, x, step) {
  return `    <rect class="hit" x="${round(x - step / 2)}" y="${MARGIN.top}" width="${round(step)}" height="${HEIGHT - MARGIN.top - MARGIN.bottom}"><title>${monthName(month)}: ${low.toFixed(1)} to ${high.toFixed(1)} °C, ${precipitation.toFixed(1)} mm</title></rect>`
}

/** A linear scale over round numbers that hold all the values. */
function scale(values, bottom, top) {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const rough = (most - least || 1) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(size => size >= rough)
  const from = Math.floor(least / step)
  const to = Math.max(from + 1, Math.ceil(most / step))
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => round((from + index) * step, 6))
  return { bottom, top, ticks, at: value => bottom - (value - from * step) / ((to - from) * step) * (bottom - top) }
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const monthName = month => `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`

const escape = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
