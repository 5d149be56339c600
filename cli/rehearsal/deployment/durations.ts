import { DurationsDescription } from '../../system/system-description';

/**
 * The durations of an assembly without a description: every environment variable that ends with `_SECONDS`, and every rate. The local regions take a `*` in a name,
 * which no name on AWS can have.
 */
export const DURATIONS_BY_SUFFIX: DurationsDescription = { environment: { '*': ['*_SECONDS'] }, schedules: ['*'] };
