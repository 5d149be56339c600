import { AwsAccess } from './workload';

/** A region, as what sends requests to it needs it. */
export interface Target {
  readonly name: string;
  /** Where it listens: on this machine, or by HTTPS on AWS. Another one after it was killed and started again. */
  readonly address: string;
  /** The name that always leads to it. */
  readonly host: string;
  /**
   * What its paths begin with, such as the name of a stage where there is no domain.
   *
   * @default ''
   */
  readonly basePath?: string;
  /** What SDK clients of it are made with. */
  readonly aws: AwsAccess;
}

/** Where a request goes. */
export interface Route {
  readonly target: Target;
  /** The name that it is sent under. */
  readonly host: string;
  /**
   * Where that name led.
   *
   * @default - where the region listens
   */
  readonly address?: string;
}
