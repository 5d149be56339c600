import { AlarmProfile } from './alarm-settings';
import { AlarmSubscription } from './alarm-subscription';
import { ComplianceMode } from './compliance-mode';
import { FunctionNetwork } from './function-network';
import { ReservedConcurrencyOptions } from './reserved-concurrency';
import { SystemAlarmSettings } from './system-alarm-settings';

/** Properties of a `MultiRegionSystem`. */
export interface MultiRegionSystemProps {
  /**
   * The region that also carries what exists only once: the global stack with its global tables.
   *
   * It hosts the definitions of global resources; it is not a leader: requests, events and workflows run in every region alike, and all of
   * them go on when this region is lost.
   */
  readonly primaryRegion: string;

  /**
   * The other regions, of the same partition, each once. An empty list makes a system of one region, which can grow later:
   * add one region a deployment, since a global table takes one new replica an update.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-globaltable.html
   */
  readonly secondaryRegions: string[];

  /**
   * The secondary regions that are about to leave. All of them may, one after the other: a global table loses one replica an update. A region leaves in three steps, as [the runbook](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/LIFE.md#leave) has them.
   *
   * 1. **Retire**: add the region here, and deploy. Its health check and its records of the shared name are deleted, so it gets no new clients. Its peers send it no events, have no alarms about it, and
   * their health checks do not ask it. Its replicas lose their deletion protection. Its regional stack stays the same, and so do its rules to its peers: clients that still have its address are served, its work goes on, and its events and
   * changes reach the others. To readmit it, remove it here, and deploy.
   * 2. **Destroy its stacks**, with the region still here: its mesh and regional stacks, those of units included, by `cdk destroy`. Do so once nothing is left to do in it: no requests, no execution of a workflow that runs, nothing in its
   * queues and dead-letter queues, no change that an outbox has still to publish, no event or change that a peer lacks. An execution that still runs fails when its state machine is deleted. The peers start it again from the beginning
   * once the region has been silent for long enough, if its workflow has `WorkflowOwnership.originRegion()` with takeover; otherwise it is lost. Do not deploy between this step and the next, which would make the stacks again.
   * 3. **Leave**: remove the region here and from `secondaryRegions`, and deploy. Its replicas are deleted. Let no other region join or leave in this deployment, and change nothing else of the tables.
   *
   * Destroying the stacks of a region keeps what it keeps in any other case, unless the system is `deletable`: dead-letter queues, buses and their archives, logs, keys, versions. What of it has a literal name is in the way when the
   * region joins again: deploy with `--import-existing-resources` then, and delete or import the dead-letter queues before, see `DeadLetters`.
   *
   * Throws if a region is not literal, unknown, the primary one, not in `secondaryRegions`, or named twice. A table with `TableConsistency.STRONG`, which loses no single replica, and an `ApiRouting` that needs the region throw as well.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html
   */
  readonly retiringRegions?: string[];

  /**
   * The account of all stacks, 12 digits.
   *
   * @default - the enclosing Stage's account, else the account that the CDK CLI deploys with
   */
  readonly account?: string;

  /**
   * The beginning of every stack name and physical name. Changing it replaces everything.
   *
   * @default - the construct's id
   */
  readonly systemName?: string;

  /**
   * The subscribers of every region's alarm topic.
   *
   * @default - none; alarms change state but notify no one
   */
  readonly alarmSubscriptions?: AlarmSubscription[];

  /**
   * The set of alarms that every region has. Each costs about 0.10 USD a month; `alarmSettings` of a construct change one of them.
   *
   * @default AlarmProfile.COMPLETE
   */
  readonly alarmProfile?: AlarmProfile;

  /**
   * Overrides for the alarms that belong to no construct of yours.
   *
   * @default - see each
   */
  readonly alarmSettings?: SystemAlarmSettings;

  /**
   * The compliance rules that are satisfied. STRICT costs a customer managed key in each region, about 1 USD a month, and endpoints of a VPC, which
   * are most of it. Every construct of the system follows.
   *
   * @default ComplianceMode.STANDARD
   * @see https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/COMPLIANCE.md#what-it-adds-and-what-that-costs
   */
  readonly compliance?: ComplianceMode;

  /**
   * The customer managed keys of all that the system has in a region besides tables, buses, workflows, trails and pipelines, which have keys of their own: the ARN of a key of that region for each. They encrypt logs, functions'
   * environment variables, queues, dead-letter queues and the alarm topic.
   *
   * Each function is granted what the key of its region needs. The policy of the key is yours, and must let CloudWatch Logs, EventBridge and CloudWatch use it. What is encrypted with a key that
   * cannot be used is lost to everybody: messages that are not sent, alarms that notify nobody.
   *
   * @default - keys of SQS and of CloudWatch Logs, and a key of the system's for each alarm topic; with ComplianceMode.STRICT, a key of the system's for logs and environment variables as well
   * @see https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/adopting/data.md#keys-of-your-own
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * The VPCs that functions run in, by region. They must lead to what functions call: DynamoDB, EventBridge,
   * Lambda, SQS, S3, X-Ray, with workflows Step Functions, and whatever your own code calls.
   *
   * A region may be left out, and a warning says so: code that needs the VPC fails there when clients come from a region that was lost. VPCs that are made in the system's stacks come by `addFunctionNetwork`, and
   * a function may have others, by `networks` of its own.
   *
   * @default - with ComplianceMode.STRICT, VPCs that the system makes; else none
   */
  readonly functionNetworks?: { [region: string]: FunctionNetwork };

  /**
   * The concurrency that Lambda keeps free, in every region, for the functions that answer health checks and send heartbeats, so that an account whose concurrency is used up by other functions neither takes the region out
   * of DNS nor makes its peers start its workflows again. It is taken from what the account has in the region. Above 200 in a region, a warning says so.
   *
   * @default - 20 for each API, 10 for evacuations, 10 for each workflow that peers take over
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrency?: ReservedConcurrencyOptions;

  /**
   * Indicates whether the system can be deleted with all its data, by `cdk destroy --all`: for development. No table is protected against deletion,
   * and nothing is kept: no tables, dead-letter queues, archives, logs, keys, or versions. Keys are deleted after 30 days. Props of a construct that
   * say otherwise, such as `deletionProtection` of a table, prevail.
   *
   * What stays is the account's setting by which API Gateway writes logs, which other APIs use, and what AWS services make by themselves: execution logs of APIs, validation records of certificates. The buckets of an
   * `AuditTrail` must be emptied before, of all versions, because CloudFormation deletes no bucket that holds objects: "Empty" in the console of S3 does that.
   *
   * In a system that exists, deploy it with this set before you destroy it. It is not possible with `ComplianceMode.STRICT`.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html
   */
  readonly deletable?: boolean;
}
