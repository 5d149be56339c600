import { STSClient } from '@aws-sdk/client-sts';
// both come with every client of the SDK, and only the bundle has them
/* eslint-disable import/no-extraneous-dependencies */
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
/* eslint-enable import/no-extraneous-dependencies */
import { RegionAccess } from '../../operate/region-access';

/** The state of an experiment. */
export interface Experiment {
  readonly id: string;
  readonly state: { readonly status: ExperimentStatus; readonly reason?: string };
}

/** @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentState.html */
export type ExperimentStatus = 'pending' | 'initiating' | 'running' | 'completed' | 'stopping' | 'stopped' | 'failed' | 'cancelled';

/**
 * The client of AWS Fault Injection Service, which is none of the dependencies: three requests of REST-JSON, signed as all are.
 *
 * @see https://github.com/boto/botocore/blob/develop/botocore/data/fis/2020-12-01/service-2.json
 * @see https://docs.aws.amazon.com/general/latest/gr/fis.html
 */
export class Fis {
  /**
   * @param endpoint where it listens instead of AWS's own endpoint
   */
  constructor(private readonly access: RegionAccess, private readonly endpoint = endpointIn(access.region)) {}

  public get region(): string {
    return this.access.region;
  }

  /**
   * Starts an experiment.
   *
   * @param clientToken tells a repetition of the request from another one
   * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_StartExperiment.html
   */
  public async start(experimentTemplateId: string, clientToken: string, tags: Readonly<Record<string, string>>): Promise<Experiment> {
    return this.ask('POST', '/experiments', { clientToken, experimentTemplateId, tags });
  }

  /** @see https://docs.aws.amazon.com/fis/latest/APIReference/API_GetExperiment.html */
  public async get(id: string): Promise<Experiment> {
    return this.ask('GET', `/experiments/${id}`);
  }

  /** @see https://docs.aws.amazon.com/fis/latest/APIReference/API_StopExperiment.html */
  public async stop(id: string): Promise<Experiment> {
    return this.ask('DELETE', `/experiments/${id}`);
  }

  private async ask(method: string, path: string, body?: object): Promise<Experiment> {
    // credentials, hashes and connections are those of a client of the same region
    const { config } = await this.access.client(STSClient);
    const { protocol, hostname, port, host } = new URL(this.endpoint);
    const request = new HttpRequest({
      method, protocol, hostname, path, port: port === '' ? undefined : Number(port), headers: { host, 'content-type': 'application/json' }, body: body && JSON.stringify(body),
    });
    const signer = new SignatureV4({ credentials: config.credentials, region: this.region, service: 'fis', sha256: config.sha256 });
    const { response } = await config.requestHandler.handle(await signer.sign(request) as HttpRequest);
    const text = Buffer.from(await config.streamCollector(response.body)).toString();
    if (response.statusCode >= 300) throw errorOf(response.headers['x-amzn-errortype'] ?? `status ${response.statusCode}`, text);
    return (JSON.parse(text) as { experiment: Experiment }).experiment;
  }
}

/** @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization */
function errorOf(type: string, body: string): Error {
  const [, name] = /^(?:.*#)?([^:]+)/.exec(type)!;
  let message = body;
  try {
    ({ message = body } = JSON.parse(body) as { message?: string });
  } catch {
    // a proxy on the way may say anything
  }
  return Object.assign(new Error(`FIS: ${message || name}`), { name });
}

function endpointIn(region: string): string {
  return `https://fis.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
