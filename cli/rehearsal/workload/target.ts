import { AwsAccess } from './workload';

/** A region, as what sends requests to it needs it. */
export interface Target {
  readonly name: string;
  /** The address of the region: on this machine, or by HTTPS on AWS. Another one after it was killed and started again. */
  readonly address: string;
  /** The name that always leads to it. */
  readonly host: string;
  /**
   * The prefix of its paths, such as the name of a stage where there is no domain.
   *
   * @default ''
   */
  readonly basePath?: string;
  /** The configuration of its SDK clients. */
  readonly aws: AwsAccess;
}

/** The route of a request. */
export interface Route {
  readonly target: Target;
  /** The name that it is sent under. */
  readonly host: string;
  /**
   * The address to which that name led.
   *
   * @default - where the region listens
   */
  readonly address?: string;
}
