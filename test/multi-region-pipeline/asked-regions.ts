/** An endpoint on loopback that answers for all regions and for CodePipeline, and handlers as they are, with the real AWS SDK, that ask it. */
import { setTimeout as sleep } from 'timers/promises';
import { loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';
import { LoopbackServer } from '../support/loopback-server';

/** What a service was asked, and by which region's endpoint: the signature tells. */
interface Call {
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly operation: string;
  readonly body: string;
}

export interface World {
  /** The items of the control table, by region. */
  readonly evacuated?: Record<string, string[]>;
  /** The states of alarms, by region. */
  readonly alarms?: Record<string, Record<string, string>>;
  readonly without?: string[];
  readonly withoutTable?: boolean;
  /** The states of the pipeline's stages. */
  readonly stageStates?: object[];
  /** An operation that is denied. */
  readonly denied?: string;
  /** An operation that takes a while. */
  readonly slow?: string;
}

/** How a job was answered. */
export interface Answer {
  readonly succeeds?: string;
  readonly goesOn?: string;
  readonly fails?: string;
  readonly token?: string;
}

/** The endpoint. */
export class RegionsEndpoint extends LoopbackServer {
  public world: World = {};
  public calls: Call[] = [];
  /** The operations of requests that are not answered yet. */
  public readonly underWay: string[] = [];

  constructor() {
    super(async (request, body, response) => {
      const [, accessKeyId, region, service] = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization!)!;
      const operation = String(request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? request.url).split(/[./]/).pop()!;
      const call = { service, region, accessKeyId, operation, body };
      this.calls.push(call);
      this.underWay.push(operation);
      if (this.world.slow === operation) await sleep(300);
      this.underWay.splice(this.underWay.indexOf(operation), 1);
      const { status = 200, type = 'application/x-amz-json-1.0', text } = this.answer(call);
      response.writeHead(status, { 'content-type': type });
      response.end(text);
    });
  }

  private answer({ service, region, operation, body }: Call): { status?: number; type?: string; text: string } {
    const json = (value: object, status = 200) => ({ status, text: JSON.stringify(value) });
    if (this.world.without?.includes(region) && service !== 'codepipeline') return json({ __type: 'InternalServerError' }, 500);
    if (this.world.denied === operation) return json({ __type: 'AccessDeniedException', message: 'no' }, 400);
    switch (operation) {
      case 'GetPipelineState': return json({ stageStates: this.world.stageStates ?? [] });
      case 'GetItem': {
        if (this.world.withoutTable) return json({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no table' }, 400);
        const key = JSON.parse(body).Key.pk.S;
        return json((this.world.evacuated?.[region] ?? []).some(name => key === `evacuation#${name}`) ? { Item: { pk: { S: key } } } : {});
      }
      case 'DescribeAlarms': return json({
        CompositeAlarms: Object.entries(this.world.alarms?.[region] ?? {}).map(([AlarmName, StateValue]) => ({ AlarmName, StateValue })),
        MetricAlarms: [],
      });
      case 'AssumeRole': return {
        type: 'text/xml',
        text: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
          + '<AccessKeyId>OTHER</AccessKeyId>'
          + '<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>'
          + '</Credentials></AssumeRoleResult></AssumeRoleResponse>',
      };
      default: return json({});
    }
  }
}

/** A handler that asks it. */
export class AskedRegions extends RegionsEndpoint {
  constructor(private readonly handler: string, private readonly environment: Record<string, string>) {
    super();
  }

  /** Asks once, as CodePipeline does, and returns how it was answered. */
  public async ask(question: object, { token, environment = {} }: { readonly token?: string; readonly environment?: object } = {}): Promise<Answer> {
    const log = new LogLines();
    const { handler } = loadHandler<{ handler: (event: object) => Promise<void> }>(require.resolve(`../../src/multi-region-pipeline/${this.handler}.lambda`), {
      ...this.environment, ...environment, AWS_ENDPOINT_URL: this.url,
    });
    const before = this.calls.length;
    try {
      await handler({
        'CodePipeline.job': {
          id: 'job-1',
          data: {
            actionConfiguration: { configuration: { FunctionName: 'asked', UserParameters: typeof question === 'string' ? question : JSON.stringify(question) } },
            continuationToken: token,
            artifactCredentials: { secretAccessKey: 'SECRET' },
          },
        },
      });
    } finally {
      expect(log.text).not.toContain('SECRET');
      log.restore();
    }
    const [{ operation, body }, ...more] = this.calls.slice(before).filter(call => call.operation.startsWith('PutJob'));
    expect(more).toEqual([]);
    const { jobId, executionDetails, continuationToken, failureDetails } = JSON.parse(body);
    expect(jobId).toBe('job-1');
    if (operation === 'PutJobFailureResult') {
      expect(failureDetails.type).toBe('JobFailed');
      return { fails: failureDetails.message };
    }
    return continuationToken === undefined ? { succeeds: executionDetails.summary } : { goesOn: executionDetails.summary, token: continuationToken };
  }
}

/** What the functions of a system in two regions are configured with. */
export const ENVIRONMENT = {
  PIPELINE_NAME: 'Deployment-Pipeline',
  SYSTEM_REGIONS: 'ap-southeast-2,us-west-2',
  KNOWN_REGIONS: 'ap-southeast-2,us-west-2,eu-west-1',
  ALARM_NAMES: '{"ap-southeast-2":["home-unhealthy"],"us-west-2":["west-unhealthy"]}',
  ROLE_ARNS: '{}',
};
export const NOBODY = { lost: 'none', unhealthy: 'none' };
