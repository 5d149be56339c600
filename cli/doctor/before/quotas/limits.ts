import { APIGatewayClient, GetDomainNamesCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetAccountLimitCommand, GetHostedZoneLimitCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand, ServiceQuota, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { Limit } from './judge-quota';
import { Quota } from './quota-table';
import { RegionAccess } from '../../../operate/region-access';

/** The most pages of an answer that are read. */
const PAGES = 10;

type Page = { readonly Quotas?: ServiceQuota[]; readonly NextToken?: string };

/** The quotas of a service: those that AWS has set for the account, and the default of the others. */
export class ServiceLimits {
  private applied?: Promise<ServiceQuota[]>;
  private defaults?: Promise<ServiceQuota[]>;

  constructor(private readonly access: RegionAccess, private readonly service: string) {}

  /**
   * Returns how high a quota is; nothing if Service Quotas does not have it.
   *
   * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
   */
  public async valueOf(quota: Quota): Promise<number | undefined> {
    const page = { ServiceCode: this.service, MaxResults: 100 };
    this.applied ??= this.pages(async (client, NextToken) => client.send(new ListServiceQuotasCommand({ ...page, NextToken })));
    const applied = valueIn(await this.applied, quota);
    if (applied !== undefined) return applied;
    this.defaults ??= this.pages(async (client, NextToken) => client.send(new ListAWSDefaultServiceQuotasCommand({ ...page, NextToken })));
    return valueIn(await this.defaults, quota);
  }

  private async pages(page: (client: ServiceQuotasClient, token: string | undefined) => Promise<Page>): Promise<ServiceQuota[]> {
    const client = await this.access.client(ServiceQuotasClient);
    const found: ServiceQuota[] = [];
    let token: string | undefined;
    for (let i = 0; i < PAGES; i++) {
      const { Quotas = [], NextToken }: Page = await page(client, token);
      found.push(...Quotas);
      token = NextToken;
      if (token === undefined) break;
    }
    return found;
  }
}

const valueIn = (quotas: readonly ServiceQuota[], { code, name }: Quota): number | undefined => (
  quotas.find(({ QuotaCode, QuotaName }) => (code === undefined ? QuotaName === name : QuotaCode === code))?.Value
);

/** Returns the usage of a quota, where one call says so. It may say how high the quota is as well. */
export async function usageOf({ name }: Quota, access: RegionAccess, zoneIds: readonly string[]): Promise<Partial<Limit> | undefined> {
  switch (name) {
    case 'Concurrent executions': {
      const { AccountLimit } = await (await access.client(LambdaClient)).send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions, UnreservedConcurrentExecutions } = AccountLimit ?? {};
      if (ConcurrentExecutions === undefined || UnreservedConcurrentExecutions === undefined) return undefined;
      return { value: ConcurrentExecutions, used: ConcurrentExecutions - UnreservedConcurrentExecutions };
    }
    case 'Event buses': {
      const { EventBuses = [], NextToken } = await (await access.client(EventBridgeClient)).send(new ListEventBusesCommand({ Limit: 100 }));
      // the default one is there without anybody's doing
      return NextToken === undefined ? { used: EventBuses.filter(({ Name }) => Name !== 'default').length } : undefined;
    }
    case 'Regional APIs': {
      const { items = [], position } = await (await access.client(APIGatewayClient)).send(new GetRestApisCommand({ limit: 500 }));
      const regional = items.filter(({ endpointConfiguration }) => endpointConfiguration?.types?.includes('REGIONAL'));
      return position === undefined ? { used: regional.length } : undefined;
    }
    case 'Custom Domain Names': {
      const { items = [], position } = await (await access.client(APIGatewayClient)).send(new GetDomainNamesCommand({ limit: 500 }));
      return position === undefined ? { used: items.length } : undefined;
    }
    case 'Health checks': {
      const { Limit: limit, Count } = await (await access.client(Route53Client)).send(new GetAccountLimitCommand({ Type: 'MAX_HEALTH_CHECKS_BY_OWNER' }));
      return { value: limit?.Value, used: Count };
    }
    case 'Records per hosted zone': {
      const client = await access.client(Route53Client);
      const all = await Promise.all(zoneIds.map(async HostedZoneId => (
        client.send(new GetHostedZoneLimitCommand({ HostedZoneId, Type: 'MAX_RRSETS_BY_ZONE' })))));
      return all.map(({ Limit: limit, Count }) => ({ value: limit?.Value, used: Count })).sort((a, b) => (b.used ?? 0) - (a.used ?? 0))[0];
    }
    default: return undefined;
  }
}
