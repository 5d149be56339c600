/**
 * The module that the example-app imports as `cdk-multi-region` in this repository: its tsconfig.json leads here, if this file is there, so that a
 * clone needs no build of the library. In a copy of the folder it is not, and the app imports the package.
 */
export * from '../../src';
