/** The style of the panel. Its colours are of the set of Okabe and Ito, which people who are colour-blind can tell apart. */
export const STYLE = `
.live {
  --live-text: #1b1f24; --live-soft: #57606a; --live-line: #d0d7de; --live-card: #ffffff; --live-back: #f6f8fa; --live-silent: #d8dee4;
  --live-good: #00664b; --live-bad: #b3430a; --live-warned: #7a5900; --live-served: #0072b2; --live-failed: #d55e00; --live-fill: #eef6fb;
  color: var(--live-text); background: var(--live-back); font: 15px/1.45 system-ui, sans-serif; padding: 1rem; border-bottom: 1px solid var(--live-line);
}
@media (prefers-color-scheme: dark) {
  .live {
    --live-text: #e6edf3; --live-soft: #9ba7b4; --live-line: #3a424d; --live-card: #161b22; --live-back: #0d1117; --live-silent: #39424d;
    --live-good: #3fcfa4; --live-bad: #ff9d5c; --live-warned: #f0c541; --live-served: #56b4e9; --live-failed: #ff8b3d; --live-fill: #13293a;
  }
}
.live section { max-width: 1240px; margin: 0 auto; }
.live p, .live h3, .live figure, .live dl, .live dd, .live ol, .live ul { margin: 0; padding: 0; }
.live-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.live-now { font-size: 1.2rem; font-weight: 600; min-height: 1.75rem; text-wrap: pretty; }
.live-lost .live-cards, .live-lost .live-flow { opacity: 0.5; }

.live .live-flow { margin: 0.75rem 0 1rem; }
.live-row { display: grid; gap: 0 0.5rem; text-align: center; }
.live-flow svg { display: block; width: 100%; height: 72px; overflow: visible; }
.live-customers, .live-region { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 0.35em; padding: 0 0.25rem; min-width: 0; overflow-wrap: anywhere; }
.live-customers .live-more, .live-rate { color: var(--live-soft); font-variant-numeric: tabular-nums; }
.live-many .live-customers, .live-many .live-region { flex-direction: column; gap: 0; font-size: 0.72rem; padding: 0.1rem 0.3rem; }
.live-many b { white-space: nowrap; }
.live-region { justify-self: center; border: 2px solid var(--live-status); border-radius: 6px; padding: 0.1rem 0.6rem; background: var(--live-card); }
.live-region .live-word, .live-health { color: var(--live-status); font-weight: 600; }
.live-good { --live-status: var(--live-good); }
.live-bad { --live-status: var(--live-bad); }
.live-warned { --live-status: var(--live-warned); }
.live-line { fill: none; stroke: var(--live-served); stroke-opacity: 0.35; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.live-moving { stroke-opacity: 1; stroke-dasharray: 3 17; animation: live-move 1s linear infinite; }
.live-failing { stroke: var(--live-failed); stroke-opacity: 0.8; stroke-dasharray: 2 9; animation: none; }
@keyframes live-move { from { stroke-dashoffset: 20; } to { stroke-dashoffset: 0; } }
@media (prefers-reduced-motion: reduce) { .live-moving { animation: none; } }

.live-cards { display: grid; gap: 0.75rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 270px), 1fr)); }
.live-card { background: var(--live-card); border: 1px solid var(--live-line); border-top: 4px solid var(--live-status); border-radius: 8px; padding: 0.75rem; min-width: 0; }
.live-card header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.15rem 0.6rem; }
.live-card h3 { font-size: 1.1rem; line-height: 1.3; }
.live-fault { background: var(--live-bad); color: var(--live-card); border-radius: 4px; padding: 0 0.4em; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.live-host { color: var(--live-soft); font-size: 0.8rem; overflow-wrap: anywhere; }
.live-requests { display: flex; flex-wrap: wrap; gap: 0 0.75rem; margin-top: 0.4rem !important; font-variant-numeric: tabular-nums; }
.live-errors { color: var(--live-bad); font-weight: 600; }
.live-sparkline { display: block; width: 100%; height: 36px; border-bottom: 1px solid var(--live-line); margin: 0.2rem 0 0.4rem; }
.live-served { fill: var(--live-served); } .live-failed { fill: var(--live-failed); } .live-silent { fill: var(--live-silent); }
.live-vitals { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 0.75rem; font-size: 0.87rem; margin: 0.4rem 0 !important; font-variant-numeric: tabular-nums; }
.live-vitals dt { color: var(--live-soft); } .live-vitals dd { overflow-wrap: anywhere; }
.live-vitals .live-warned { color: var(--live-warned); font-weight: 600; } .live-vitals .live-told { font-weight: 600; }
.live-no-vitals { color: var(--live-soft); font-style: italic; margin: 0.4rem 0 !important; }
.live-buttons { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.live button { font: inherit; font-size: 0.9rem; min-height: 2.1rem; padding: 0.2rem 0.8rem; border: 1px solid var(--live-soft); border-radius: 6px; background: var(--live-card); color: inherit; cursor: pointer; }
.live button:hover { background: var(--live-fill); }
.live button.live-on { background: var(--live-bad); border-color: var(--live-bad); color: var(--live-card); font-weight: 600; }
.live button[aria-disabled] { opacity: 0.5; cursor: not-allowed; border-style: dashed; }
.live button:focus-visible, .live summary:focus-visible { outline: 3px solid var(--live-served); outline-offset: 2px; }
.live-reasons { color: var(--live-soft); font-size: 0.8rem; margin-top: 0.3rem !important; }
.live-answer { color: var(--live-bad); font-weight: 600; margin-top: 0.4rem !important; }
.live-faults details { margin-top: 0.4rem; font-size: 0.87rem; } .live-faults summary { cursor: pointer; }
.live-faults li { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0.6rem; align-items: center; list-style: none; margin-top: 0.35rem; }
.live-moments { list-style: none; color: var(--live-soft); font-size: 0.87rem; margin-top: 0.75rem !important; min-height: 5.8em; }
.live-moments li { display: flex; gap: 0.6em; border-left: 3px solid transparent; padding-left: 0.5em; }
.live-moments .live-moment-fault { border-color: var(--live-failed); color: var(--live-text); }
.live-moments .live-moment-recovery { border-color: var(--live-good); color: var(--live-text); }
.live-span { color: var(--live-soft); font-size: 0.8rem; margin-left: auto; }
.live-at { display: inline-block; min-width: 4em; flex: none; text-align: right; font-variant-numeric: tabular-nums; }

@media (max-width: 700px) {
  .live { padding: 0.75rem 0.6rem; }
  .live-now { font-size: 1.05rem; }
  .live-many { display: none; }
  .live-customers, .live-region { flex-direction: column; font-size: 0.8rem; gap: 0; line-height: 1.3; }
  .live button { min-height: 2.75rem; }
}
`;
