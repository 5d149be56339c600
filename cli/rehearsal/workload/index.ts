// what users import as cdk-multi-region/rehearsal
export * from './workload';
export { checker } from './checkers/checker';
export { linearizable, type LinearizableProps } from './checkers/linearizable';
export { notDoubled, type NotDoubledProps } from './checkers/not-doubled';
