import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { REHEARSED_REGIONS } from './description';
import { invalidProp } from './errors';

/** Beyond this, full-mesh replication and per-pair alarms are untested. */
const MAX_REGIONS = 20;

/** Returns the regions of a system, primary first; throws unless they are literal, known, distinct and of one partition. */
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

/**
 * Returns those of the regions that are rehearsed, primary first: all, unless the context names some. Throws if it names none of them, or not the primary one.
 *
 * @param fewer is called if there are fewer than the system has
 */
export function rehearsedRegions(owner: IConstruct, regions: string[], fewer: (message: string) => void): string[] {
  const context: unknown = owner.node.tryGetContext(REHEARSED_REGIONS);
  if (context === undefined) return regions;
  const wanted = String(context).split(',').map(region => region.trim());
  const unknown = wanted.find(region => !regions.includes(region));
  if (unknown !== undefined) throw invalidProp(owner, `context ${REHEARSED_REGIONS}`, unknown, `regions of the system, separated by commas: ${regions.join(', ')}`);
  if (!wanted.includes(regions[0])) throw invalidProp(owner, `context ${REHEARSED_REGIONS}`, wanted, `a list with the primary region, ${regions[0]}`);
  const rehearsed = regions.filter(region => wanted.includes(region));
  if (rehearsed.length < regions.length) {
    fewer(`synthesized for ${rehearsed.join(', ')} alone, to be rehearsed on a machine. Do not deploy this to AWS: it deletes what the tables have in ${regions.filter(region => !rehearsed.includes(region)).join(', ')}`);
  }
  return rehearsed;
}

/** Returns the regions that are about to leave; throws unless they are secondary regions of the system, each once. */
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

/** Throws unless the keys of a prop by region are regions of the system. */
export function requireRegions(owner: IConstruct, prop: string, regions: string[], byRegion: { [region: string]: unknown }): void {
  const unknown = Object.keys(byRegion).find(region => !regions.includes(region));
  if (unknown !== undefined) throw invalidProp(owner, prop, unknown, `regions of this system: ${regions.join(', ')}`);
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
