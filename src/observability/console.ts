import { RegionInfo } from 'aws-cdk-lib/region-info';

/** Each region's own console first: it answers when another region does not. */
const CONSOLES: { readonly [partition: string]: (region: string) => string } = {
  'aws': region => `https://${region}.console.aws.amazon.com`,
  'aws-cn': () => 'https://console.amazonaws.cn',
  'aws-us-gov': () => 'https://console.amazonaws-us-gov.com',
};

/**
 * Returns a page of a service's console in one region, or nothing for partitions whose consoles are not public.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
 */
export function consolePage(service: string, region: string, page: string): string | undefined {
  const host = CONSOLES[RegionInfo.get(region).partition ?? '']?.(region);
  return host && `${host}/${service}/home?region=${region}#${page}`;
}

/** Returns a page of CloudWatch's console in one region, or nothing for partitions whose consoles are not public. */
export function cloudWatchPage(region: string, page: string): string | undefined {
  return consolePage('cloudwatch', region, page);
}
