/** Regions on loopback that answer what is recorded in the shape that the services document, so that the AWS SDK reads it as that of AWS. */
import { readdirSync, readFileSync } from 'fs';
import { IncomingMessage } from 'http';
import { join } from 'path';
import { LoopbackServer } from '../../support/loopback-server';

const FOLDER = join(__dirname, 'recorded');

interface Refusal {
  readonly status: number;
  readonly body: object | string;
}

/** What is answered: as it is with the status 200, or with another one. */
export type Recorded = object | string | Refusal;

interface Service {
  readonly service: string;
  readonly from: readonly string[];
  readonly answers: Readonly<Record<string, Recorded>>;
}

export const SERVICES = readdirSync(FOLDER).map(file => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Service);

export class RecordedRegions extends LoopbackServer {
  /** What the regions answer instead: by the region or `*`, the service, and the beginning of the operation. */
  public instead: Record<string, Recorded> = {};
  /** What was asked: region, service, operation. */
  public asked: string[] = [];
  /** By how many seconds the clock of the regions differs. */
  public clock = 0;

  constructor() {
    super((request, body, response) => {
      const [, region, service] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization!)!;
      const operation = operationOf(request, body);
      this.asked.push(`${region} ${service} ${operation}`);
      const { status, text } = sent(this.answerTo(region, service, operation));
      response.sendDate = false;
      response.writeHead(status, {
        'date': new Date(Date.now() + this.clock * 1000).toUTCString(), 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json',
      });
      response.end(text);
    });
  }

  private answerTo(region: string, service: string, operation: string): Recorded {
    const asked = [`${region} ${service} ${operation}`, `* ${service} ${operation}`];
    const other = longest(Object.keys(this.instead), asked);
    if (other !== undefined) return this.instead[other];
    const { answers } = SERVICES.find(one => one.service === service)!;
    const found = longest(Object.keys(answers), [operation]);
    if (found === undefined) throw new Error(`nothing is recorded for ${service} ${operation}`);
    return answers[found];
  }
}

/** As services refuse that have the JSON protocol. */
export const refusal = (type: string, message: string, status = 400): Refusal => ({ status, body: { __type: type, message } });

/** As services refuse that have the XML protocols. */
export const xmlRefusal = (code: string, message: string, status = 400): Refusal => ({
  status, body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});

const longest = (keys: readonly string[], asked: readonly string[]): string | undefined => (
  keys.filter(key => asked.some(one => one.startsWith(key))).sort((a, b) => b.length - a.length)[0]
);

function sent(recorded: Recorded): { status: number; text: string } {
  const { status, body } = typeof recorded === 'object' && 'status' in recorded ? recorded as Refusal : { status: 200, body: recorded };
  return { status, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** The operation, with the name of the stack or the code of the service that it is about. */
function operationOf({ method, url, headers }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const { ServiceCode } = JSON.parse(body) as { readonly ServiceCode?: string };
    return [String(target).split('.').pop(), ServiceCode].filter(part => part !== undefined).join(' ');
  }
  const form = new URLSearchParams(body);
  if (form.has('Action')) return [form.get('Action'), form.get('StackName')].filter(part => part !== null).join(' ');
  return `${method} ${url!.split('?')[0]}`;
}
