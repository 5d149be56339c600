import { Duration, Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BaseFunctionProps } from './function-props';
import { requireEveryRegion } from '../system/by-region';
import { invalidProp, requireLiteral } from '../system/errors';
import { requireDuration, requireRetention, requireWhole } from '../system/ranges';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_LAYERS = 5;

/** Throws unless Lambda accepts props, each and together. */
export function requireAccepted(owner: IConstruct, props: BaseFunctionProps, regions: string[]): void {
  const { memorySize, timeout, reservedConcurrentExecutions, description, handler, entry, logRetention, maxEventAge, retryAttempts } = props;
  requireWhole(owner, 'memorySize', memorySize, 128, 10_240);
  requireDuration(owner, 'timeout', timeout, 'seconds', Duration.seconds(1), Duration.minutes(15));
  if (reservedConcurrentExecutions !== undefined && (!Number.isInteger(reservedConcurrentExecutions) || reservedConcurrentExecutions < 1)) {
    throw invalidProp(owner, 'reservedConcurrentExecutions', reservedConcurrentExecutions, 'a whole number of at least 1');
  }
  requireDuration(owner, 'maxEventAge', maxEventAge, 'seconds', Duration.minutes(1), Duration.hours(6));
  requireWhole(owner, 'retryAttempts', retryAttempts, 0, 2);
  requireTogether(owner, props, regions);
  requireRetention(owner, 'logRetention', logRetention);
  if (description !== undefined) requireLiteral(owner, 'description', description, /^[^]{0,256}$/, 'a text of at most 256 characters');
  if (handler !== undefined) {
    requireLiteral(owner, 'handler', handler, /^[^\s]{1,128}$/, 'a file and what it exports, such as index.handler, without spaces, at most 128 characters');
    if (entry !== undefined && !/^index\.[^./]+$/.test(handler)) {
      throw invalidProp(owner, 'handler', handler, 'index. and the name that the entry exports, because the bundle of an entry is index.js');
    }
  }
}

function requireTogether(owner: IConstruct, props: BaseFunctionProps, regions: string[]): void {
  const { entry, image, handler, runtime, bundling, layerArns, snapStart } = props;
  if (bundling !== undefined && entry === undefined) throw invalidProp(owner, 'bundling', '…', 'nothing without an entry, because nothing else is bundled');
  if (image !== undefined) {
    for (const [prop, value] of Object.entries({ handler, runtime: runtime?.name, layerArns, snapStart: snapStart || undefined })) {
      if (value !== undefined) throw invalidProp(owner, prop, value, 'nothing with an image, which brings its own handler, runtime and files, and has no SnapStart');
    }
  }
  requireStorage(owner, props.ephemeralStorageSize);
  requireProvisioned(owner, props);
  if (snapStart) requireSnapStart(owner, props);
  if (layerArns !== undefined) requireLayers(owner, layerArns, regions);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
function requireStorage(owner: IConstruct, size?: Size): void {
  if (size === undefined) return;
  if (typeof (size as Partial<Size> | null)?.toMebibytes !== 'function' || size.isUnresolved()) throw invalidProp(owner, 'ephemeralStorageSize', size, 'a Size of 512 to 10240 MiB');
  requireWhole(owner, 'ephemeralStorageSize, in MiB,', mebibytes(size), 512, 10_240);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html */
function requireProvisioned(owner: IConstruct, props: BaseFunctionProps): void {
  const { provisionedConcurrentExecutions: provisioned, reservedConcurrentExecutions: reserved } = props;
  if (provisioned === undefined) return;
  // of a number that only a deployment knows, there would be no new version when it changes
  if (!Number.isInteger(provisioned) || Token.isUnresolved(provisioned) || provisioned < 1) {
    throw invalidProp(owner, 'provisionedConcurrentExecutions', provisioned, 'a whole number of at least 1');
  }
  if (reserved !== undefined && 2 * provisioned > reserved) {
    throw invalidProp(owner, 'provisionedConcurrentExecutions', provisioned,
      `at most half of reservedConcurrentExecutions, which is ${reserved}: while a new version is deployed, the old one has its own, and both are taken from the reservation`);
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html */
function requireSnapStart(owner: IConstruct, { runtime, ephemeralStorageSize, provisionedConcurrentExecutions }: BaseFunctionProps): void {
  if (!runtime?.supportsSnapStart) {
    throw invalidProp(owner, 'snapStart', true, `a runtime that has SnapStart, of Java from 11, Python from 3.12 or .NET from 8; the runtime is ${runtime?.name ?? 'Node.js'}`);
  }
  if (provisionedConcurrentExecutions !== undefined) throw invalidProp(owner, 'snapStart', true, 'one of snapStart and provisionedConcurrentExecutions, because Lambda takes no function with both');
  if (ephemeralStorageSize && mebibytes(ephemeralStorageSize) > 512) throw invalidProp(owner, 'snapStart', true, 'an ephemeralStorageSize of 512 MiB, which is all that a snapshot takes');
}

function requireLayers(owner: IConstruct, layerArns: { [region: string]: string[] }, regions: string[]): void {
  requireEveryRegion(owner, 'layerArns', layerArns, regions);
  for (const region of regions) {
    const arns = layerArns[region];
    const prop = `layerArns.${region}`;
    if (!Array.isArray(arns) || arns.length > MOST_LAYERS) throw invalidProp(owner, prop, arns, `at most ${MOST_LAYERS} ARNs of layer versions`);
    const pattern = new RegExp(`^arn:aws[a-z-]*:lambda:${region}:\\d{12}:layer:[\\w-]{1,140}:\\d+$`);
    const wrong = arns.find(arn => !Token.isUnresolved(arn) && !pattern.test(arn));
    if (wrong !== undefined) throw invalidProp(owner, prop, wrong, `the ARN of a layer's version in ${region}, such as arn:aws:lambda:${region}:111122223333:layer:tools:1`);
  }
}

function mebibytes(size: Size): number {
  return size.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
}
