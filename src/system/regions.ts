import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';

/** Beyond this, full-mesh replication and per-pair alarms are untested. */
const MAX_REGIONS = 20;

/** The regions of a system, primary first; throws unless they are literal, known, distinct and of one partition. */
export function resolveRegions(owner: IConstruct, primaryRegion: string, secondaryRegions: string[]): string[] {
  requireRegion(owner, 'primaryRegion', primaryRegion);
  if (!Array.isArray(secondaryRegions)) {
    throw invalidProp(owner, 'secondaryRegions', secondaryRegions, 'a list of AWS regions, empty for a system of one region');
  }
  const partition = partitionOf(primaryRegion);
  const regions = [primaryRegion];
  secondaryRegions.forEach((region, i) => {
    const prop = `secondaryRegions[${i}]`;
    requireRegion(owner, prop, region);
    if (region === primaryRegion) {
      throw invalidProp(owner, prop, region, `a region other than primaryRegion (${primaryRegion})`);
    }
    if (regions.includes(region)) {
      throw invalidProp(owner, prop, region, 'each region once');
    }
    if (partitionOf(region) !== partition) {
      throw invalidProp(owner, prop, region, `regions of ${primaryRegion}'s partition, ${partition}; this one is in ${partitionOf(region)}`);
    }
    regions.push(region);
  });
  if (regions.length > MAX_REGIONS) {
    throw invalidProp(owner, 'secondaryRegions', secondaryRegions, `at most ${MAX_REGIONS - 1} secondary regions`);
  }
  return regions;
}

/** The regions that are about to leave; throws unless they are secondary regions of the system, each once. */
export function resolveRetiring(owner: IConstruct, regions: string[], retiringRegions: string[] = []): string[] {
  const [primaryRegion, ...secondaries] = regions;
  if (!Array.isArray(retiringRegions)) {
    throw invalidProp(owner, 'retiringRegions', retiringRegions, 'a list of secondary regions, or leave it out');
  }
  retiringRegions.forEach((region, i) => {
    const prop = `retiringRegions[${i}]`;
    requireRegion(owner, prop, region);
    if (region === primaryRegion) {
      throw invalidProp(owner, prop, region, 'a secondary region, because the primary one has the definitions of what exists once');
    }
    if (!secondaries.includes(region)) {
      throw invalidProp(owner, prop, region, `regions of secondaryRegions (${secondaries.join(', ') || 'there is none'}), which a region stays in until its stacks are deleted`);
    }
    if (retiringRegions.indexOf(region) < i) {
      throw invalidProp(owner, prop, region, 'each region once');
    }
  });
  return [...retiringRegions];
}

function requireRegion(owner: IConstruct, prop: string, region: string): void {
  if (Token.isUnresolved(region)) {
    throw invalidProp(owner, prop, region, 'the literal name of an AWS region, because peers are addressed by name at synthesis');
  }
  if (!RegionInfo.regions.some(known => known.name === region)) {
    throw invalidProp(owner, prop, region, `one of ${RegionInfo.regions.map(known => known.name).sort().join(', ')}`);
  }
}

function partitionOf(region: string): string {
  return RegionInfo.get(region).partition ?? 'unknown';
}
