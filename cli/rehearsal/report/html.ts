import { createHash } from 'crypto';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { reportJson } from './json';
import { pageAssets } from './page-assets';
import { Report } from './report';
import { Page } from '../page/page';

/** The additions to the page where it is served while the regions run. */
export interface LivePage {
  /** A script of the same origin that is loaded when the page is there, and calls `rehearsalPage.show`. */
  readonly script: string;
  /** A style sheet of the same origin. */
  readonly style?: string;
}

/**
 * Renders the page that shows a report: one file, which asks for nothing. Live, it may ask the server that it comes from, which gives it the report.
 */
export function toHtml(report: Report, live?: LivePage): string {
  const { script, style } = pageAssets();
  const own = live ? ' \'self\'' : '';
  const policy = [
    'default-src \'none\'',
    `script-src ${hashOf(script)}${own}`,
    `style-src ${hashOf(style)}${own}`,
    // the empty icon, without which a browser asks for one
    'img-src data:',
    `connect-src ${live ? '\'self\'' : '\'none\''}`,
    'base-uri \'none\'',
    'form-action \'none\'',
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
${renderToString(h('title', {}, `${report.kind === 'game day' ? 'Game day' : 'Rehearsal'} of ${report.system}`))}
<style>${style}</style>
${live?.style === undefined ? '' : renderToString(h('link', { rel: 'stylesheet', href: live.style }))}
</head>
<body${live ? ' data-live="true"' : ''}>
${live ? '<div id="live"></div>\n' : ''}<div id="report">${renderToString(h(Page, { report, isLive: live !== undefined }))}</div>
${live ? '' : `<script type="application/json" id="data">${inHtml(reportJson(report))}</script>\n`}<script>${script}</script>
${live ? renderToString(h('script', { src: live.script })) : ''}
</body>
</html>
`;
}

/**
 * Returns the same JSON, written so that no parser of HTML finds an end tag or a comment in.
 *
 * @see https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
 */
export function inHtml(json: string): string {
  return json.replace(/</g, '\\u003c');
}

/** @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy#hash_algorithm-hash_value */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
