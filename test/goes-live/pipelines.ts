import { Subject } from './subject';

export const PIPELINES: Subject[] = [];
