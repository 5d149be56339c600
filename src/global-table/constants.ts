/** The attribute by which an item tells which region wrote it, unless a table says otherwise. */
export const REGION_ATTRIBUTE = 'region';

/** Environment variables of the conflict detector: set by the construct, read by the handler. */
export const TABLE_NAME = 'TABLE_NAME';
export const REGION_ATTRIBUTE_NAME = 'REGION_ATTRIBUTE_NAME';
export const VERSION_ATTRIBUTE_NAME = 'VERSION_ATTRIBUTE_NAME';
export const LOSING_IMAGES_URL = 'LOSING_IMAGES_URL';

/** The metric that the conflict detector writes, with the table's name as its only dimension. */
export const LOST_WRITES = 'LostWrites';

/** The name of a stream's ARN, for CloudFormation and the handler that reads stream ARNs. */
export const STREAM_ARN = 'StreamArn';
