import { HealthCheck } from './zone';

/**
 * The health checks of Route 53, by what a checker sees.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class HealthChecks {
  private readonly endpoints = new Map<string, EndpointStatus>();

  /**
   * @param before what there was until now: a check that goes on knows what it has seen
   */
  constructor(private readonly checks: ReadonlyMap<string, HealthCheck>, before?: HealthChecks) {
    for (const [id, check] of checks) {
      if (check.kind === 'endpoint') this.endpoints.set(id, before?.endpoints.get(id) ?? new EndpointStatus(check.failureThreshold));
    }
  }

  /** Takes in whether a probe of an endpoint succeeded, before any inversion. */
  public observe(id: string, success: boolean): void {
    this.endpoints.get(id)!.observe(success);
  }

  public isHealthy(id: string): boolean {
    const check = this.checks.get(id);
    if (!check) throw new Error(`no health check ${id}`);
    const healthy = check.kind === 'endpoint'
      ? this.endpoints.get(id)!.healthy
      : check.children.filter(child => this.isHealthy(child)).length >= check.threshold;
    return healthy !== check.inverted;
  }
}

/** It changes when as many probes in a row as the threshold say otherwise. */
class EndpointStatus {
  /** Until there is enough to go by, it counts as healthy; and so an inverted check as unhealthy. */
  public healthy = true;
  private otherwise = 0;

  constructor(private readonly threshold: number) {}

  public observe(success: boolean): void {
    this.otherwise = success === this.healthy ? 0 : this.otherwise + 1;
    if (this.otherwise >= this.threshold) {
      this.healthy = success;
      this.otherwise = 0;
    }
  }
}
