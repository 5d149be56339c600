import { join } from 'path';
import { buildSync } from 'esbuild';
import { SCRIPT } from '../../../../cli/rehearsal/live/live-server';

const LIVE = join(__dirname, '../../../../cli/rehearsal/live');

/** A page around the panel that says how much of the report has come. */
export function bundledPage(): { readonly html: string; readonly script: string } {
  const { outputFiles: [{ text }] } = buildSync({
    entryPoints: [join(LIVE, 'panel/main.ts')], bundle: true, write: false, format: 'iife', platform: 'browser', target: 'es2022', minify: true, logLevel: 'error',
  });
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><title>Rehearsal</title><style>body { margin: 0; } #report { padding: 1rem; }</style></head>
<body data-live="true"><div id="live"></div><div id="report"></div>
<script>var rehearsalPage = { show: ({ operations, samples }) => {
  document.getElementById('report').textContent = operations.length + ' operations, ' + operations.filter(one => one && one.endedAt).length + ' ended, ' + samples.length + ' samples';
} };</script>
<script src="${SCRIPT}"></script></body>
</html>`;
  return { html, script: text };
}
