import { Duration, Size } from 'aws-cdk-lib';
import { ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { FunctionAlarmSettings } from './function-alarm-settings';
import { FunctionImage } from './function-image';
import { FunctionBundling } from '../regional-function/function-bundling';
import { FunctionNetwork } from '../system/function-network';

/**
 * Properties of a `MultiRegionFunction`, but for the one that is another such function. What imports this file is imported by that class.
 *
 * jsii makes them properties of `MultiRegionFunctionProps`.
 * @internal
 */
export interface BaseFunctionProps {
  /**
   * The path of a TypeScript or JavaScript file, bundled with esbuild at synthesis, the AWS SDK included. Your project must have
   * esbuild installed.
   *
   * The bundle is a CommonJS module of one file. `import.meta.url`, `import.meta.filename` and `import.meta.dirname` name that file and its folder; anything else of `import.meta` is refused.
   *
   * @default - codePath or image
   */
  readonly entry?: string;

  /**
   * The way in which esbuild bundles the `entry`.
   *
   * @default - minified, with a source map, and nothing left out
   */
  readonly bundling?: FunctionBundling;

  /**
   * The path of a folder or zip file with prebuilt code, for other languages or bundlers.
   *
   * @default - entry or image
   */
  readonly codePath?: string;

  /**
   * The container image, in each region from the repository of that region. It brings its own handler and runtime.
   *
   * A function that is there cannot change from code to an image or back, because Lambda does not change its package type: give it another id.
   *
   * @default - entry or codePath
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
   */
  readonly image?: FunctionImage;

  /**
   * The ARNs of layer versions, by region, at most 5 in each: Lambda takes a layer of its own region only. An image takes none.
   *
   * @default - no layers
   * @see https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
   */
  readonly layerArns?: { [region: string]: string[] };

  /**
   * The function that Lambda calls, as file.name. The file of an `entry` is index.
   *
   * @default 'index.handler'
   */
  readonly handler?: string;

  /**
   * The runtime. An `entry` needs a Node.js runtime.
   *
   * @default Runtime.NODEJS_24_X
   */
  readonly runtime?: Runtime;

  /**
   * The processor architecture. Prebuilt code with native parts must match it.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;

  /**
   * Environment variables, equal in every region: at most 4 KB in all, as JSON. Use names, such as `GlobalTable.tableName`: a resource of one region's stack
   * cannot be referred to in another's.
   *
   * @default {}
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
   */
  readonly environment?: { [key: string]: string };

  /**
   * Environment variables that differ by region, such as the address of a regional service: the same names in each region, and none of `environment`.
   *
   * @default {}
   */
  readonly regionalEnvironment?: { [region: string]: { [key: string]: string } };

  /**
   * Memory in MiB, from 128 to 10,240. It sets the part of a CPU as well.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * The size of /tmp, from 512 to 10,240 MiB. What is beyond 512 MiB costs extra while the function runs.
   *
   * @default Size.mebibytes(512)
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
   */
  readonly ephemeralStorageSize?: Size;

  /**
   * Indicates whether versions start from a snapshot of their initialized environment. For the runtimes of Java from 11, Python from 3.12 and .NET from 8; not with provisioned concurrency, an image or more than 512 MiB of /tmp. A
   * deployment takes some minutes longer, and Python and .NET cost extra. Some regions have none.
   *
   * What initialization makes must not have to be unique: the environments of all regions' functions begin with a copy of their region's snapshot.
   *
   * @default false
   * @see https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
   */
  readonly snapStart?: boolean;

  /**
   * The time that an invocation may take, in whole seconds, from 1 second to 15 minutes.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * The description of the function, shown in the console. At most 256 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The way in which traffic moves to a new version within each region. Use one of the predefined configurations: a custom one belongs to a
   * single stack.
   *
   * A deployment rolls back by itself when an alarm on the alias's errors or latency is in ALARM meanwhile, and is stopped at once if one is before. To let a fix in then, deploy with the parameter `TrafficShift=AT_ONCE` of the
   * regional stack, once.
   *
   * @default LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
   */
  readonly deploymentConfig?: ILambdaDeploymentConfig;

  /**
   * Indicates whether alarms on the alias's errors and latency exist, and roll a deployment back. Each costs about 0.10 USD a month and region.
   *
   * @default true
   */
  readonly rollbackOnAlarm?: boolean;

  /**
   * The settings of the alarms. Settings that match no alarm are an error at synthesis.
   *
   * @default - see each
   */
  readonly alarmSettings?: FunctionAlarmSettings;

  /**
   * The retention of the logs, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Indicates whether the function calls something outside of AWS. The VPCs that a system makes with `ComplianceMode.STRICT` do not lead there, so such a function
   * runs outside of them, and the finding is acknowledged. With `functionNetworks` or `networks` of your own, it runs in those.
   *
   * @default false
   */
  readonly internetAccess?: boolean;

  /**
   * The VPCs that this function runs in, by region, instead of the system's: for one that calls a database, or another company's network. In regions that are left out, it runs where the system's functions do.
   *
   * @default - `functionNetworks` of the system
   */
  readonly networks?: { [region: string]: FunctionNetwork };

  /**
   * The reserved concurrency in every region: both a guarantee and a limit, taken from what the account has in a region. A region that takes over for another one
   * needs what both did. Lambda refuses it if less than 100 of the account's quota would be left.
   *
   * @default - what the account has left
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The number of environments in every region that are initialized before there are requests, at most half of `reservedConcurrentExecutions` if that is given. Each costs by the hour, used or not. A region that takes over for
   * another one has its own: what is beyond starts on demand.
   *
   * Each version has them, from before traffic moves to it: while one is deployed, the old and the new version do, and both are paid for. A version without traffic is deleted, with its environments, so that none stays to go back
   * to by hand. Changing the number deploys a new version.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
   */
  readonly provisionedConcurrentExecutions?: number;

  /**
   * The time for which Lambda keeps an asynchronous invocation, such as an event of a subscription, while the function is throttled or Lambda has errors, in whole seconds from 1 minute to 6 hours. Then it goes to
   * `DeadLetters`.
   *
   * @default Duration.hours(6)
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly maxEventAge?: Duration;

  /**
   * The number of times that Lambda tries an asynchronous invocation again after the function has failed at it, from 0 to 2: a minute after the first try, and 2 minutes after the second. Then it goes to `DeadLetters`. For work
   * that must outlast 3 minutes of trouble with what the function calls, put a `MultiRegionQueue` between.
   *
   * @default 2
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly retryAttempts?: number;
}
