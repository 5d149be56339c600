import { APIGatewayClient, paginateGetRestApis, RestApi } from '@aws-sdk/client-api-gateway';
import { RegionAccess } from '../../operate/region-access';
import { ApiDescription } from '../../system/system-description';

/** The entrance to one region's API: the name that it is asked for, and what every path begins with. */
export interface ApiEntrance {
  readonly host: string;
  readonly basePath: string;
}

/**
 * Finds the entrance that always leads to one region's API: its own name, or, without a domain, the default endpoint, whose name holds an id that the deployment made.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html
 */
export async function apiEntrance({ regionalNames, apiName, stageName }: ApiDescription, access: RegionAccess): Promise<ApiEntrance> {
  const own = regionalNames[access.region];
  if (own !== undefined) return { host: own, basePath: '' };
  const apis: RestApi[] = [];
  for await (const { items = [] } of paginateGetRestApis({ client: await access.client(APIGatewayClient) }, {})) apis.push(...items);
  const found = apis.filter(({ name }) => name === apiName);
  if (found.length !== 1) throw new Error(`expected one API ${apiName}, found ${found.length}`);
  return { host: `${found[0].id}.execute-api.${access.isLocal ? 'localhost' : `${access.region}.${suffixOf(access.region)}`}`, basePath: `/${stageName}` };
}

/** @see https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html */
const suffixOf = (region: string) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');
