"""The style sheet of the reports: light and dark, on screens and on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; }
:root { --text: #1c2430; --faint: #586272; --page: #fff; --line: #d5dae1; --good: #0a6b3d; --bad: #a3260f; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ee; --faint: #a5adba; --page: #14181e; --line: #39414d; --good: #5fd08f; --bad: #ff8f7a; }
}
body { margin: 0; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
.when { color: var(--faint); margin: .25rem 0 1.5rem; }
.verdict { font-size: 1.15rem; font-weight: 600; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--faint); font-weight: 600; }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
meter { width: 8rem; }
@media print {
  :root { --text: #000; --faint: #333; --page: #fff; --line: #999; --good: #000; --bad: #000; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
