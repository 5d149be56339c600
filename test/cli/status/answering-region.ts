/** A server on loopback that answers what `status` asks of a region, so that it can be in states that a local region does not get into. */
import { LoopbackServer } from '../../support/loopback-server';

/** By operation, or by path for what APIs are asked: what is answered to a body. A number is a status without one. */
export type Answers = Readonly<Record<string, (body: any) => object | string | number>>;

const xml = (operation: string, result: string) => `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;

/** The answer of CloudFormation about stacks, by name. */
export const stacks = (states: Readonly<Record<string, string>>) => xml('ListStacks', `<StackSummaries>${Object.entries(states).map(([name, state]) => (
  `<member><StackName>${name}</StackName><StackStatus>${state}</StackStatus></member>`)).join('')}</StackSummaries>`);

const ERROR = '<ErrorResponse>';

/** A refusal of a service that answers in XML. */
export const refusal = (operation: string, code: string) => `${ERROR}<Error><Type>Sender</Type><Code>${code}</Code><Message>${operation} is refused</Message></Error></ErrorResponse>`;

/** A region in which all is well and nothing goes on. */
const WELL: Answers = {
  '/health': () => 200,
  'BatchGetItem': () => ({ Responses: {} }),
  'Query': () => ({ Items: [], Count: 0 }),
  'GetQueueUrl': ({ QueueName }) => ({ QueueUrl: `http://127.0.0.1/000000000000/${QueueName}` }),
  'GetQueueAttributes': () => ({ Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' } }),
  'GetMetricData': () => ({ MetricDataResults: [] }),
  'DescribeAlarms': () => ({ MetricAlarms: [], CompositeAlarms: [] }),
  'ListExecutions': () => ({ executions: [] }),
  'GetCallerIdentity': () => xml('GetCallerIdentity', '<Account>000000000000</Account><Arn>arn:aws:iam::000000000000:root</Arn>'),
  'ListStacks': () => stacks({}),
};

export class AnsweringRegion extends LoopbackServer {
  public answers: Answers = {};
  /** What it was asked. */
  public calls: string[] = [];

  /** @param isSilent whether it takes connections and never answers */
  constructor(isSilent = false) {
    super((request, body, response) => {
      if (isSilent) return;
      const target = request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action');
      // Lambda is asked by paths as well
      const operation = target === null ? request.url!.split('?')[0] : String(target).split('.').pop()!;
      this.calls.push(operation);
      const answer = ({ ...WELL, ...this.answers }[operation] ?? (operation.includes('/aliases/') ? () => ({}) : () => 404))(body.startsWith('{') ? JSON.parse(body) : body);
      const isRefused = typeof answer === 'string' ? answer.startsWith(ERROR) : typeof answer === 'object' && '__type' in answer;
      response.writeHead(typeof answer === 'number' ? answer : isRefused ? 400 : 200, { 'content-type': typeof answer === 'string' ? 'text/xml' : 'application/x-amz-json-1.0' });
      response.end(typeof answer === 'object' ? JSON.stringify(answer) : typeof answer === 'string' ? answer : '');
    });
  }
}
