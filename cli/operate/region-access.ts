import { request as requestHttp } from 'http';
import { request as requestHttps } from 'https';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SystemOptions } from './asked-system';
import { boundedClient, CallLimits, ClientSettings } from '../../src/system/bounded-client.lambda';

/** The credentials that nothing checks. */
const LOCAL_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The request by HTTP. */
export interface HttpQuestion {
  /**
   * The method.
   *
   * @default GET
   */
  readonly method?: string;
  /**
   * The headers, with names in lower case. A `host` is the name that is asked for, wherever the request goes.
   *
   * @default - nothing
   */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer of a region by HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Identity {
  readonly accountId: string;
  readonly arn: string;
}

export type AccessOptions = Pick<SystemOptions, 'profile' | 'roleArn' | 'endpoint' | 'timeout'>;

/**
 * The way of an operator into one region: the clients of its services, and its API. Each call ends in time, so that a region that is silent is known as such.
 *
 * Nothing is asked of any other region on the way, not even for credentials: a role is assumed in the region itself.
 */
export class RegionAccess {
  private readonly limits: CallLimits;
  private readonly endpoint?: string;
  private credentials?: Promise<ClientSettings['credentials']>;

  constructor(public readonly region: string, private readonly options: AccessOptions) {
    // a signal takes no fractions
    const callMillis = Math.ceil(options.timeout * 1000);
    // the second attempt has its time before the call has had its own
    this.limits = { attempts: 2, attemptMillis: callMillis * 0.45, callMillis };
    this.endpoint = options.endpoint?.[region];
  }

  /** Indicates whether it runs on some machine, and is not one of AWS's. */
  public get isLocal(): boolean {
    return this.endpoint !== undefined;
  }

  /** Makes a client of a service of the region. */
  public async client<T>(ClientClass: new (configuration: any) => T): Promise<T> {
    this.credentials ??= this.found();
    return this.clientWith(ClientClass, await this.credentials);
  }

  /** Returns the identity of the credentials, as the region says. */
  public async identity(): Promise<Identity> {
    const { Account, Arn } = await (await this.client(STSClient)).send(new GetCallerIdentityCommand({}));
    return { accountId: Account!, arn: Arn! };
  }

  /** Sends a request to an API of the system: by its name, or to where a local region listens. */
  public async get(host: string, path: string): Promise<HttpAnswer> {
    return this.ask(host, path, {});
  }

  /** Asks with more than a path. */
  public async ask(host: string, path: string, { method, headers: more, body: sentBody }: HttpQuestion): Promise<HttpAnswer> {
    const local = this.endpoint === undefined ? undefined : new URL(this.endpoint);
    const signal = AbortSignal.timeout(this.limits.callMillis);
    const headers = { host, ...more, ...sentBody !== undefined && { 'content-length': Buffer.byteLength(sentBody) } };
    return new Promise((resolve, reject) => {
      const sent = local
        ? requestHttp({ hostname: local.hostname, port: local.port, method, path, headers, agent: false, signal })
        : requestHttps({ hostname: host, servername: host, method, path, headers, agent: false, signal });
      sent.once('error', error => reject(signal.aborted ? Object.assign(new Error(`${host} gave no answer in time`), { name: 'TimeoutError' }) : error));
      sent.once('response', response => {
        let body = '';
        response.setEncoding('utf8').on('data', chunk => { body += chunk; });
        response.once('error', reject).once('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      });
      sent.end(sentBody);
    });
  }

  /**
   * Returns the credentials of a role, or how the SDK finds them: once for all clients, each of which would else sign in, or start the process of a
   * profile, by itself.
   */
  private async found(): Promise<ClientSettings['credentials']> {
    const { region, options: { roleArn } } = this;
    if (roleArn === undefined) return this.isLocal ? undefined : this.clientWith(STSClient, undefined).config.credentials;
    const { Credentials } = await this.clientWith(STSClient, undefined).send(new AssumeRoleCommand({
      RoleArn: roleArn.replaceAll('{region}', region), RoleSessionName: 'cdk-multi-region',
    }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken };
  }

  private clientWith<T>(ClientClass: new (configuration: any) => T, credentials: ClientSettings['credentials']): T {
    const { region, endpoint, options: { profile } } = this;
    return boundedClient(ClientClass, this.limits, {
      region,
      ...profile !== undefined && { profile },
      ...endpoint !== undefined && { endpoint, credentials: LOCAL_CREDENTIALS },
      ...credentials && { credentials },
    });
  }
}
