/** The browser's part of the page: draws the timeline, and finds operations. Bundled into `bin/page/page.js`. */
import { h, render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import { ALL_OPERATIONS, OperationFilter } from './operation-filter';
import { Operations } from './operations';
import { Page } from './page';
import { Timeline } from './timeline';
import { Report } from '../report/report';

let shown: Report | undefined;
let filter: OperationFilter = ALL_OPERATIONS;

/** Shows a report in place of the one before: what the reader has scrolled to, chosen or written stays as it is. */
export function show(report: Report): void {
  shown = report;
  draw();
}

function draw(): void {
  if (!shown) return;
  render(h(Page, {
    report: shown,
    isLive: document.body.dataset.live !== undefined,
    timeline: h(Timeline, { report: shown }),
    operations: h(Operations, { report: shown, filter, onFilter: choose }),
    onFailed: drill => {
      choose({ ...ALL_OPERATIONS, failedOnly: true, drill });
      document.getElementById('operations')?.scrollIntoView();
    },
  }), document.getElementById('report')!);
}

function choose(chosen: OperationFilter): void {
  filter = chosen;
  draw();
}

const data = document.getElementById('data');
if (data) show(JSON.parse(data.textContent));
