import { Subject } from './subject';

export const OBSERVABILITY: Subject[] = [];
