import { existsSync } from 'fs';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FunctionImage } from './function-image';
import { BaseFunctionProps } from './function-props';
import { bundledCode } from '../regional-function/bundled-code';
import { invalidProp } from '../system/errors';

/** Returns what makes a function's code in a region's stack, of an entry, a folder or zip file, or an image; throws unless exactly one of them is given, and is there. */
export function codeFactory(owner: Construct, { entry, codePath, image, bundling }: BaseFunctionProps): (scope: Construct) => Code {
  const given = Object.entries({ entry, codePath, image }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    throw invalidProp(owner, 'entry, codePath and image', given.map(([prop]) => prop), 'exactly one of the three');
  }
  if (image !== undefined) {
    if (!(image instanceof FunctionImage)) throw invalidProp(owner, 'image', image, 'FunctionImage.fromRepository(…)');
    image._validate(owner);
    return scope => image._codeIn(scope);
  }
  if (entry !== undefined) {
    return () => bundledCode(owner, entry, bundling);
  }
  if (!existsSync(codePath!)) {
    throw invalidProp(owner, 'codePath', codePath, 'the path of a folder or zip file');
  }
  // an asset belongs to one stack: one object per region
  return () => Code.fromAsset(codePath!);
}
