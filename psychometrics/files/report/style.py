"""The page's stylesheet: light and dark, narrow and wide, paper."""

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --soft: #525b66; --line: #d4d9df;
  --band: #f4f6f8; --mark: #0b5cab; --bar: #6f9fd0; --note: #8a4b00; --note-ground: #fff6e8; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --text: #e8ebee; --soft: #aab3bd;
  --line: #3a424b; --band: #1c2126; --mark: #8cc0f5; --bar: #4d7fb3; --note: #ffcf8a; --note-ground: #2a2115; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, footer { max-width: 80rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .4rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .3rem; }
p, ul, dl { max-width: 46rem; margin: .4rem 0; }
a { color: var(--mark); }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .25rem 0; }
.soft, caption { color: var(--soft); }
.warnings { padding: .6rem 1rem .6rem 2rem; background: var(--note-ground); border-left: 4px solid var(--note); }
.warnings li { margin: .3rem 0; overflow-wrap: anywhere; }
dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .2rem 0 .5rem; }
th, td { padding: .25rem .5rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: middle; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
th:first-child, td.words, th.words { text-align: left; overflow-wrap: break-word; }
th:first-child { min-width: 6rem; max-width: 16rem; }
tbody th { font-weight: 600; } td.plot, th.plot { width: 38%; min-width: 12rem; padding: 0 .5rem; }
td.number { white-space: nowrap; }
svg { display: block; width: 100%; height: 1.5rem; overflow: visible; }
svg .grid { stroke: var(--line); } svg .zero { stroke: var(--text); stroke-dasharray: 3 2; }
svg .range { stroke: var(--bar); stroke-width: 5; stroke-linecap: round; } svg circle { fill: var(--mark); }
svg text { fill: var(--soft); font-size: 12px; }
@media screen and (max-width: 71rem) {
  table.stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stacks, table.stacks caption, table.stacks tbody, table.stacks tr, table.stacks th { display: block;
    width: 100%; max-width: none; }
  table.stacks tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  table.stacks th, table.stacks td { border: 0; padding: .1rem 0; text-align: left; }
  table.stacks td { display: inline-block; margin-right: 1rem; white-space: normal; }
  table.stacks td.plot { display: block; width: 100%; margin: 0; }
  table.stacks td[data-name]::before { content: attr(data-name) " "; color: var(--soft); }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #000; --soft: #444; --line: #bbb; --band: #fff; --mark: #0b5cab;
    --bar: #6f9fd0; --note: #8a4b00; --note-ground: #fff; }
  body { font-size: 10pt; } nav { display: none; } main, footer { max-width: none; padding: 0; }
  tr, h2, h3, caption { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  thead { display: table-header-group; }
  svg, svg * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 16mm; }
}
"""
