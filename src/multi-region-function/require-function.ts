import { IConstruct } from 'constructs';
import { IMultiRegionFunction } from './i-multi-region-function';
import { invalidProp } from '../system/errors';

/** Throws unless something is a function in every region, which a function of the CDK's is not. */
export function requireFunction(owner: IConstruct, prop: string, fn: IMultiRegionFunction): void {
  if (typeof (fn as Partial<IMultiRegionFunction> | undefined | null)?._liveFor !== 'function') {
    throw invalidProp(owner, prop, fn, 'a MultiRegionFunction, or functions that there are already, by MultiRegionFunction.fromFunctions or MultiRegionFunction.fromFunctionName');
  }
}
