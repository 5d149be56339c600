import { IConstruct } from 'constructs';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * The default quotas of one API, which an account may have raised. A resource is a part of a path, the root included.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const QUOTAS = { resources: 300, authorizers: 10 };
const IDS = { resources: 'cdk-multi-region:manyResourcesOfApi', authorizers: 'cdk-multi-region:manyAuthorizersOfApi' };

/** Warns, once for each, of quotas that an API is above. */
export class ApiQuotas {
  private readonly warned = new Set<string>();

  constructor(private readonly owner: IConstruct) {}

  public check(what: keyof typeof QUOTAS, count: number): void {
    if (count <= QUOTAS[what] || this.warned.has(what)) return;
    this.warned.add(what);
    MultiRegionSystem.of(this.owner)._notify('warning', this.owner, IDS[what],
      `${this.owner.node.path} has more than ${QUOTAS[what]} ${what}, API Gateway's default quota for an API: have it raised in every region before you deploy, or make another API with a domain of its own`);
  }
}
