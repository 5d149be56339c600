import { Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Body, bodyOf } from './dashboard-picture/body';
import { MultiRegionDashboard } from '../../src';

/** Returns the body of a region's copy, as deployed. */
export function bodyIn(dashboard: MultiRegionDashboard, region: string): Body {
  const { dashboardBody } = dashboard.inRegion(region).node.defaultChild as CfnDashboard;
  return bodyOf({ Properties: { DashboardBody: Stack.of(dashboard.inRegion(region)).resolve(dashboardBody) } });
}

/** Returns the graph of a title; throws if there is none. */
export function graphOf({ widgets }: Body, title: string) {
  const graph = widgets.find(({ properties }) => properties.title === title);
  if (!graph) throw new Error(`no graph "${title}" among ${widgets.map(({ properties }) => properties.title).join(', ')}`);
  return graph;
}
