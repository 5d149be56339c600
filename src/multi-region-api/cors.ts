import { Token } from 'aws-cdk-lib';
import { Cors, CorsOptions } from 'aws-cdk-lib/aws-apigateway';
import { IConstruct } from 'constructs';
import { HttpMethod } from './http-method';
import { invalidProp } from '../system/errors';

/** The name of a header, without the quote that API Gateway puts around all of them. */
const HEADER = /^[A-Za-z0-9!#$%&*+.^_`|~-]+$/;

/** The longest time that a browser keeps the answer. */
const MAX_AGE_SECONDS = 86_400;

/**
 * Throws unless browsers take what the options amount to.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function requireCors(owner: IConstruct, cors: CorsOptions): void {
  const { allowOrigins, allowHeaders, allowMethods, exposeHeaders, allowCredentials } = cors;
  requireList(owner, 'cors.allowOrigins', allowOrigins, isOrigin, 'origins such as https://shop.example.com, as browsers send them: in lower case, without a path, a slash at the end or the usual port; or ["*"]');
  requireList(owner, 'cors.allowHeaders', allowHeaders, header => HEADER.test(header), 'names of headers; or leave it out for the usual ones');
  requireList(owner, 'cors.allowMethods', allowMethods, isMethod, `${Object.values(HttpMethod).join(', ')}; or leave it out for all`);
  requireList(owner, 'cors.exposeHeaders', exposeHeaders, header => HEADER.test(header), 'names of headers; or leave it out for none');
  for (const [prop, values, every] of [['allowOrigins', allowOrigins, '*'], ['allowMethods', allowMethods, 'ANY']] as const) {
    if (values?.includes(every) && values.length > 1) throw invalidProp(owner, `cors.${prop}`, values, `${every} alone, or others without it`);
  }
  for (const [prop, values] of Object.entries({ allowOrigins, allowHeaders, allowMethods, exposeHeaders })) {
    if (allowCredentials && values?.includes('*')) {
      throw invalidProp(owner, `cors.${prop}`, values, 'each by its name, because with cors.allowCredentials browsers do not take * for all');
    }
  }
  requireAge(owner, cors);
  const { statusCode } = cors;
  if (statusCode !== undefined && !(Number.isInteger(statusCode) && statusCode >= 200 && statusCode < 300)) {
    throw invalidProp(owner, 'cors.statusCode', statusCode, 'a whole number from 200 to 299, because browsers take others for a refusal');
  }
}

/**
 * Throws if browsers may not send a header that routes ask for. `*` stands for all headers but `Authorization`.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Allow-Headers
 */
export function requireHeader(owner: IConstruct, { allowHeaders = Cors.DEFAULT_HEADERS }: CorsOptions, header: string, askedBy: string): void {
  const isCoveredByAll = header.toLowerCase() !== 'authorization';
  if (!allowHeaders.some(allowed => allowed.toLowerCase() === header.toLowerCase() || (allowed === '*' && isCoveredByAll))) {
    throw invalidProp(owner, 'cors.allowHeaders', allowHeaders, `${header} among them, ${isCoveredByAll ? 'or *' : 'which * does not stand for'}, because ${askedBy} asks for it`);
  }
}

function requireList(owner: IConstruct, prop: string, values: string[] | undefined, isOne: (value: string) => boolean, allowed: string): void {
  if (values === undefined && prop !== 'cors.allowOrigins') return;
  if (!Array.isArray(values) || values.length === 0 || values.some(value => typeof value !== 'string' || Token.isUnresolved(value) || !isOne(value))) {
    throw invalidProp(owner, prop, values, `at least one of ${allowed}`);
  }
}

function requireAge(owner: IConstruct, { maxAge, disableCache }: CorsOptions): void {
  if (maxAge === undefined) return;
  if (disableCache) throw invalidProp(owner, 'cors.maxAge', maxAge.toHumanString(), 'none beside cors.disableCache');
  const seconds = maxAge.isUnresolved() ? NaN : maxAge.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_AGE_SECONDS) {
    throw invalidProp(owner, 'cors.maxAge', maxAge.toHumanString(), `whole seconds from 1 to ${MAX_AGE_SECONDS}, the longest that any browser keeps it; or cors.disableCache`);
  }
}

function isMethod(value: string): boolean {
  return value === '*' || Object.values<string>(HttpMethod).includes(value);
}

/** Returns whether it is what browsers send as `Origin`. Those of other schemes, as apps have them, are compared as they are. */
function isOrigin(value: string): boolean {
  if (value === '*') return true;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*'",\\@]+$/.test(value)) return false;
  try {
    return /^https?:/.test(value) ? new URL(value).origin === value : true;
  } catch {
    return false;
  }
}
