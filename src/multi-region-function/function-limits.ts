import { Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { requireEveryRegion } from '../system/by-region';
import { invalidProp } from '../system/errors';
import { requireWhole } from '../system/ranges';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_LAYERS = 5;

/** The settings that Lambda accepts in some combinations only. */
interface LimitedProps {
  readonly entry?: string;
  readonly image?: unknown;
  readonly handler?: string;
  readonly runtime?: Runtime;
  readonly bundling?: unknown;
  readonly layerArns?: { [region: string]: string[] };
  readonly snapStart?: boolean;
  readonly ephemeralStorageSize?: Size;
  readonly provisionedConcurrentExecutions?: number;
  readonly reservedConcurrentExecutions?: number;
}

/** Throws unless Lambda accepts props together. */
export function requireTogether(owner: IConstruct, props: LimitedProps, regions: string[]): void {
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
function requireProvisioned(owner: IConstruct, props: LimitedProps): void {
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
function requireSnapStart(owner: IConstruct, { runtime, ephemeralStorageSize, provisionedConcurrentExecutions }: LimitedProps): void {
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
