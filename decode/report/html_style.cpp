#include "decode/report/html_page.h"

namespace buswitness::report {

// No external resource, no script; the page stays readable without it.
const char *const html_style = R"css(
:root { color-scheme: light dark; --bg: #ffffff; --soft: #f3f5f7; --line: #d5dae0; --fg: #1c2126; --dim: #59636e;
  --ok: #1a7f37; --bad: #b3261e; --warn: #8a5a00; --note: #0b57d0; --far: #6f42c1; --open: #8c959f;
  --bad-bg: #fdecea; --warn-bg: #fff4d6; --note-bg: #e8f0fe; --ok-bg: #e6f4ea; }
@media (prefers-color-scheme: dark) { :root { --bg: #15181c; --soft: #1f242a; --line: #3a424b; --fg: #e4e8ec;
  --dim: #a0a9b3; --ok: #56c271; --bad: #ff8a80; --warn: #f0b849; --note: #8ab4f8; --far: #c3a6ff; --open: #7d8792;
  --bad-bg: #3a1f1d; --warn-bg: #352a12; --note-bg: #1b2a41; --ok-bg: #17301e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue",
  "DejaVu Sans", Arial, sans-serif; overflow-wrap: break-word; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: .5rem 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.2rem 0 .4rem; }
h4 { font-size: .95rem; margin: 1rem 0 .3rem; }
p { margin: .4rem 0; }
.dim { color: var(--dim); }
.meta { color: var(--dim); font-size: .9rem; margin: 0; overflow-wrap: anywhere; }
code { font: .875em ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; background: var(--soft);
  border: 1px solid var(--line); border-radius: 4px; padding: .05em .3em; overflow-wrap: anywhere; }
.verdict { border-left: 6px solid var(--ok); background: var(--ok-bg); border-radius: 6px; padding: .8rem 1rem;
  margin: 1rem 0; }
.verdict p:first-child { font-size: 1.15rem; font-weight: 600; }
.verdict.error { border-color: var(--bad); background: var(--bad-bg); }
.verdict.warning { border-color: var(--warn); background: var(--warn-bg); }
.verdict.none { border-color: var(--note); background: var(--note-bg); }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0 2rem; }
ul, ol { margin: .3rem 0; padding-left: 1.4rem; }
li { margin: .25rem 0; }
article { border: 1px solid var(--line); border-left: 6px solid var(--note); border-radius: 6px; padding: .2rem 1rem .8rem;
  margin: 1rem 0; }
article.error { border-left-color: var(--bad); }
article.warning { border-left-color: var(--warn); }
.badge { display: inline-block; font-size: .78rem; font-weight: 600; border-radius: 1em; padding: .05em .7em;
  border: 1px solid currentColor; white-space: nowrap; color: var(--dim); }
.badge.error, .badge.problem { color: var(--bad); background: var(--bad-bg); }
.badge.warning, .badge.suspect { color: var(--warn); background: var(--warn-bg); }
.badge.note, .badge.not-visible { color: var(--note); background: var(--note-bg); }
.badge.ok { color: var(--ok); background: var(--ok-bg); }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .25rem 1rem; margin: .6rem 0; }
.sums { grid-template-columns: 12rem 1fr; }
dt { color: var(--dim); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: .4rem 0; }
th { text-align: left; color: var(--dim); font-weight: 600; border-bottom: 2px solid var(--line); padding: .3rem .6rem .3rem 0;
  vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.w { white-space: nowrap; }
.compared td:nth-child(2), .compared td:nth-child(3) { white-space: nowrap; }
.evidence th.n, .evidence td.n, .evidence td.w { width: 1%; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem 2rem; align-items: start; }
figure { margin: .5rem 0; min-width: 0; break-inside: avoid; }
figcaption { font-weight: 600; font-size: .92rem; overflow-wrap: anywhere; }
figure p { font-size: .85rem; }
svg { display: block; width: 100%; max-width: 30rem; height: auto; }
svg text { font-size: 11px; fill: var(--fg); }
svg .ok, .key.ok { fill: var(--ok); background: var(--ok); }
svg .bad, .key.bad { fill: var(--bad); background: var(--bad); }
svg .warn, .key.warn { fill: var(--warn); background: var(--warn); }
svg .far, .key.far { fill: var(--far); background: var(--far); }
svg .open, .key.open { fill: var(--open); background: var(--open); }
svg .ax { stroke: var(--dim); stroke-width: 1; }
svg .grid { stroke: var(--line); stroke-width: 1; stroke-dasharray: 3 3; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .3em 0 .8em; print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.legend { color: var(--dim); margin-left: -.8em; }
@media (max-width: 34rem) {
  body { font-size: 15px; }
  dl, .sums { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  article { padding: .2rem .7rem .6rem; }
  .stack thead { display: none; }
  .stack tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .stack td { display: block; border: 0; padding: .1rem 0; text-align: left; white-space: normal; }
  .evidence td.n, .evidence td.w { display: inline; color: var(--dim); padding-right: .8em; }
  .evidence td.n:not(:empty)::before { content: "packet "; }
}
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; --bg: #fff; --soft: #f3f5f7; --line: #c5cbd2; --fg: #000; --dim: #444; --ok: #1a7f37;
    --bad: #b3261e; --warn: #8a5a00; --note: #0b57d0; --far: #6f42c1; --open: #8c959f; --bad-bg: #fdecea;
    --warn-bg: #fff4d6; --note-bg: #e8f0fe; --ok-bg: #e6f4ea; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h2, h3, h4, .lead { break-after: avoid; }
  tr, li, .verdict, dl { break-inside: avoid; }
  .verdict, .badge, article, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .wide { overflow-x: visible; }
  .charts { grid-template-columns: 1fr 1fr; }
}
)css";

}  // namespace buswitness::report
