import { App } from 'aws-cdk-lib';
import { regions } from './synth';
import { OrderSystem, OrderSystemProps } from '../../example-app/order-system';

export const DOMAIN = { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', domainName: 'orders.example.com' };

/** Returns the example-app's system in some regions. */
export function orderSystem(app: App, count: number, props: Partial<OrderSystemProps> = {}): OrderSystem {
  return new OrderSystem(app, 'Orders', { ...regions(count), domain: DOMAIN, ...props });
}
