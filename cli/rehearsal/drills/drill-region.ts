import { Message } from '@aws-sdk/client-sqs';
import { Route53 } from '../dns/route53';
import { HttpAnswer } from '../regions/http-request';
import { NameService } from '../workload/load';
import { Target } from '../workload/target';
import { Execution, Item } from '../workload/workload';

/** A region as every drill needs it, wherever it is. What only some drills do to it, they ask of a region that can. */
export interface DrillRegion extends Target {
  /** Indicates whether it answers nobody, because a drill has stopped it. */
  readonly isStopped: boolean;

  /** Sends a request to the API by the region's own name, and waits for long. */
  request(method: string, path: string): Promise<HttpAnswer>;
  /** Returns everything in this region's replica of a table. */
  items(table: string): Promise<Item[]>;
  /** Returns the executions of the system's workflows that ran here during the run. */
  executions(): Promise<Execution[]>;
  /** Returns the number of rows and events on their way from here to the others; it is left out where nobody can know. */
  sending?(): Promise<{ readonly queued: number }>;
  /** Returns the number of messages that wait in queues that somebody takes them from. */
  waitingMessages(): Promise<number>;
  /** Returns the messages in the dead-letter queues. */
  deadLetters(): Promise<readonly Pick<Message, 'Body'>[]>;
  /** Sends all dead letters to where they were meant to go. It is left out where no drill may do that. */
  redrive?(): Promise<void>;
  /** Does in this region what takes another one out of service: one write to a table. */
  evacuate(region: string): Promise<void>;
  /** Takes that back. */
  readmit(region: string): Promise<void>;
}

/** The name service that leads customers to regions, as a drill sees it: Route 53, or what stands in for it. */
export type DrillNames = NameService & Pick<Route53, 'isHealthy' | 'failoverMs' | 'ttlMs' | 'turns'>;
