/** What has had a name before there was a system. */
export const TABLE = 'shop-orders';
export const CUSTOMERS = 'shop-customers';
export const BUS = 'shop-news';
export const KEY_SECRET = 'shop/api-keys/acme';
export const LAYER = 'shop-boxes';

/** Which warehouse a region sends from. */
export const WAREHOUSES: Record<string, string> = { 'eu-west-1': 'dublin', 'us-east-1': 'norfolk' };
