/** The style sheet of the page: light and dark as the reader has it, one column from 360 pixels on, for paper too. */
export const style = `
:root { color-scheme: light dark; --page: #fff; --ink: #1c2024; --soft: #59626b; --line: #d5dadf; --panel: #f4f6f8;
  --listed: #a9d3ef; --needed: #d4dde4; --base: #c9e3bf; --none: #f3d6a8; --rest: #e6e8ea; --bar: #2f6f9f; --link: #0b5a91; }
@media (prefers-color-scheme: dark) { :root { --page: #15181b; --ink: #e6e9ec; --soft: #a3adb6; --line: #3a4249;
  --panel: #1f2428; --listed: #1f5377; --needed: #3d4750; --base: #37562b; --none: #6b4c15; --rest: #30363b; --bar: #6fb1e0; --link: #8cc4ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 78rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; } a { color: var(--link); } .soft { color: var(--soft); }
:focus-visible { outline: 3px solid var(--bar); outline-offset: 1px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem; margin: 1rem 0; }
dl div { background: var(--panel); border: 1px solid var(--line); padding: .5rem .75rem; } dl .long { grid-column: span 2; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-weight: 600; }
nav ul, .legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; margin: .5rem 0; }
.legend span::before { content: ""; display: inline-block; width: .9em; height: .9em; margin-right: .4em; vertical-align: -.1em;
  border: 1px solid var(--soft); background: var(--rest); }
.map { display: block; width: 100%; height: auto; } .map.narrow { display: none; }
.map rect { fill: var(--rest); } .map text { fill: var(--ink); font: 11px system-ui, sans-serif; }
.map a:focus-visible { outline: none; } .map a:focus-visible rect { stroke: var(--ink); stroke-width: 3; }
${['listed', 'needed', 'base', 'none'].map((kind) => `.map .${kind} rect { fill: var(--${kind}); } .legend .${kind}::before { background: var(--${kind}); }`).join('\n')}
@media (max-width: 640px) { .map.wide { display: none; } .map.narrow { display: block; } }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
td:not(.figure) { min-width: 9rem; } tbody th { font-weight: 500; min-width: 9rem; } th.figure, td.figure { text-align: right; white-space: nowrap; }
tr:target { background: var(--panel); outline: 2px solid var(--bar); }
pre { background: var(--panel); border: 1px solid var(--line); padding: .75rem; overflow-x: auto; white-space: pre; overflow-wrap: normal; }
.steps { padding: 0; list-style: none; } .steps li { display: grid; grid-template-columns: 9rem 1fr 4.5rem; gap: .5rem; align-items: center; }
.steps .bar { height: .9rem; background: var(--bar); min-width: 2px; } .steps .time { text-align: right; }
@media (max-width: 640px) { .steps li { grid-template-columns: 7rem 1fr 4rem; } }
@media print { body { max-width: none; font-size: 11px; } nav, .download { display: none; } .map.wide { display: block; } .map.narrow { display: none; }
  * { print-color-adjust: exact; } .scroll { overflow: visible; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
`;
