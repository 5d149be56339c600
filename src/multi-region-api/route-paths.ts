import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { HEALTH_PATH } from './constants';
import { HttpMethod } from './http-method';
import { EVACUATION_PATH } from '../evacuation-switch/constants';
import { invalidProp } from '../system/errors';

/**
 * Both what API Gateway documents and what the CDK lets through. Clients take `.` and `..` for steps in a path, so no request would have them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 * @see https://github.com/getmoto/moto/issues/6148
 */
const LITERAL = /^(?!\.{1,2}$)[A-Za-z0-9._:-]+$/;
const VARIABLE = /^\{([A-Za-z0-9._-]+)(\+?)\}$/;

/**
 * API Gateway answers 414 if the ARN of a method with authorization has more than 1,600 bytes; what precedes the path takes up to 100.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const MAX_LENGTH = 1500;

/**
 * The paths that API Gateway answers itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const OF_API_GATEWAY = ['/ping', '/sping'];

/** The ids that constructs of a path have already: the CDK calls the part of a path as it is written. */
const CONSTRUCT_ID = new RegExp(`^(Default|Resource|(${Object.values(HttpMethod).join('|')})(Body(Model)?)?)$`);

/** Throws unless a route of the user's may have the path, whatever other routes there are. */
export function requirePath(owner: IConstruct, path: string): void {
  const refuse = (allowed: string) => invalidProp(owner, 'path', path, allowed);
  const segments = segmentsOf(path);
  if (typeof path !== 'string' || Token.isUnresolved(path) || !path.startsWith('/') || !segments.every(segment => LITERAL.test(segment) || VARIABLE.test(segment))) {
    throw refuse('a path such as /orders/{id}, without a slash at the end; a part is a {variable}, or letters, digits, dots, underscores, hyphens and colons');
  }
  if (path.length > MAX_LENGTH) throw refuse(`at most ${MAX_LENGTH} characters; these are ${path.length}`);
  if (path === HEALTH_PATH || segments[0] === EVACUATION_PATH.slice(1)) throw refuse(`any but ${HEALTH_PATH} and ${EVACUATION_PATH}, because health checks ask these`);
  if (OF_API_GATEWAY.includes(path)) throw refuse(`any but ${OF_API_GATEWAY.join(' and ')}, which API Gateway reserves for health checks of its own`);
  if (segments.slice(0, -1).some(isGreedy)) throw refuse('a greedy variable at the end only, because it stands for all that follows');
  const names = segments.map(segment => VARIABLE.exec(segment)?.[1]).filter(name => name !== undefined);
  if (new Set(names).size < names.length) throw refuse('each variable once, because a function gets them by name');
  const taken = segments.find(segment => CONSTRUCT_ID.test(segment));
  if (taken) throw refuse(`parts other than ${taken}, because the CDK gives that id to what a path consists of; in small letters it is free`);
}

/**
 * The paths of an API as API Gateway keeps them, a resource for each part.
 *
 * @see https://github.com/serverless/serverless/issues/3785
 */
export class RoutePaths {
  private readonly resources = new Set<string>(['/']);
  /** The variable below a resource: there can be one. */
  private readonly variables = new Map<string, { readonly segment: string; readonly path: string }>();

  constructor(private readonly owner: IConstruct) {}

  /** The number of resources, the root included. */
  public get size(): number {
    return this.resources.size;
  }

  /** Adds a path; throws if another one has a different variable in the same place. */
  public add(path: string): void {
    const steps = segmentsOf(path).map((segment, i, all) => ({ segment, parent: `/${all.slice(0, i).join('/')}`, resource: `/${all.slice(0, i + 1).join('/')}` }));
    for (const { segment, parent } of steps) {
      const other = this.variables.get(parent);
      if (VARIABLE.test(segment) && other && other.segment !== segment) {
        throw invalidProp(this.owner, 'path', path, `${other.segment} in place of ${segment}, as in ${other.path}, because API Gateway takes one variable in one place`);
      }
    }
    for (const { segment, parent, resource } of steps) {
      this.resources.add(resource);
      if (VARIABLE.test(segment) && !this.variables.has(parent)) this.variables.set(parent, { segment, path });
    }
  }
}

/** Returns the parts of a path, none of the root. */
function segmentsOf(path: string): string[] {
  return path === '/' ? [] : String(path).split('/').slice(1);
}

function isGreedy(segment: string): boolean {
  return VARIABLE.exec(segment)?.[2] === '+';
}
