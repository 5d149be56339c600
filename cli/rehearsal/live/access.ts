import { createHash, randomBytes, timingSafeEqual } from 'crypto';
import { IncomingMessage } from 'http';
import { HOST } from '../machine/free-ports';

/** The header that the token of this run comes in. No form and no link of another site can set it. */
export const TOKEN_HEADER = 'x-live-token';

/** Decides who may ask for what: pages of other sites run in the same browser, and reach loopback as well. */
export class Access {
  /** The token that only the page of this run knows. */
  public readonly token = randomBytes(32).toString('base64url');
  private readonly hosts: readonly string[];

  constructor(port: number) {
    // a browser leaves out the port that is the usual one
    this.hosts = [HOST, 'localhost'].map(host => (port === 80 ? host : `${host}:${port}`));
  }

  /** Says why a request is refused; nothing if it is not. */
  public refusalOf({ headers, method, url }: IncomingMessage): string | undefined {
    const { host, origin, 'sec-fetch-site': site } = headers;
    // A name of somebody else that leads to loopback: DNS rebinding
    if (host === undefined || !this.hosts.includes(host)) return `This page is at http://${this.hosts[0]}/ only.`;
    if (origin !== undefined && origin !== `http://${host}`) return 'Other sites may not ask.';
    // A link from elsewhere may lead to the page, and nothing else may come from there
    if (url !== '/' && site !== undefined && site !== 'same-origin' && site !== 'none') return 'Other sites may not ask.';
    if (method === 'POST' && origin === undefined) return 'A request that changes something needs its Origin.';
    if (method === 'POST' && !this.isToken(headers[TOKEN_HEADER])) return 'The token is not that of this run: load the page again.';
    return undefined;
  }

  private isToken(given: string | string[] | undefined): boolean {
    // of equal length, so that the time that the comparison takes tells nothing
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return typeof given === 'string' && timingSafeEqual(digest(given), digest(this.token));
  }
}

/**
 * Returns a policy that lets a page run its own scripts and styles, and reach nothing but this server.
 *
 * @param html with what is in its elements `script` and `style` as the browser will read it
 * @see https://www.w3.org/TR/CSP3/#framework-directive-source-list on hashes
 */
export function contentSecurityPolicyOf(html: string): string {
  const hashes = (element: 'script' | 'style') => [...html.matchAll(new RegExp(`<${element}\\b[^>]*>([\\s\\S]*?)</${element}\\s*>`, 'gi'))]
    .map(([, content]) => `'sha256-${createHash('sha256').update(content.replace(/\r\n?/g, '\n')).digest('base64')}'`);
  const sources = (element: 'script' | 'style') => [...new Set(hashes(element)), "'self'"].join(' ');
  return [
    "default-src 'none'",
    `script-src ${sources('script')}`,
    `style-src ${sources('style')}`,
    // what an attribute says of its own element's looks
    "style-src-attr 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
