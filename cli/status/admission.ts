import { Probes } from './probes';
import { Evacuation } from '../../src/evacuation-switch/constants';
import { Answer, isProblem, valueOf } from '../operate/answers';
import { Evacuations } from '../operate/control-table';

/**
 * The admission of customers to a region: they are led there, or not, or it is unknown because no API has a name by which health checks would ask.
 */
export type AdmissionState = 'SERVES' | 'EVACUATED' | 'FAILS' | 'SILENT' | 'RETIRING' | 'UNKNOWN';

export interface Admission {
  readonly state: AdmissionState;
  /** The evacuation of the region, with who, when and why, if any region has that. */
  readonly evacuation?: Omit<Evacuation, 'pk'>;
  /** The reason, if there is more to know. */
  readonly reason?: string;
}

/** The answers of a region that say where customers are led to. */
export interface AdmissionView {
  readonly region: string;
  readonly probes: Probes;
  /** Nothing if the system has no evacuation switch. */
  readonly evacuations?: Answer<Evacuations | undefined>;
}

/** Says whether customers are led to a region, by what all regions answer. As for its health checks, one peer that says that it is evacuated is enough. */
export function admissionOf(region: string, views: readonly AdmissionView[], retiring: readonly string[]): Admission {
  if (retiring.includes(region)) return { state: 'RETIRING' };
  const own = views.find(view => view.region === region)!;
  const peers = views.filter(view => view !== own);
  const evacuation = [...peers, own].flatMap(({ evacuations }) => (evacuations && valueOf(evacuations)?.get(region)) ?? [])[0];
  const answers = peers.flatMap(({ probes }) => (probes.evacuated && valueOf(probes.evacuated)) ?? []).includes(region);
  if (evacuation || answers) return { state: 'EVACUATED', ...evacuation && { evacuation: detailsOf(evacuation) }, ...evacuation && !answers && unseen(peers) };

  const { isHealthy } = own.probes;
  if (isHealthy === undefined) return { state: 'UNKNOWN' };
  if (isProblem(isHealthy)) return { state: isHealthy.isSilent ? 'SILENT' : 'FAILS', reason: `its API ${isHealthy.problem}` };
  return isHealthy.value ? { state: 'SERVES' } : { state: 'FAILS', reason: 'its health check fails' };
}

/** Returns the reason why customers still come: peers answer health checks, and none says that the region is evacuated. */
function unseen(peers: readonly AdmissionView[]): { reason?: string } {
  const isAnswered = peers.some(({ probes }) => probes.evacuated && !isProblem(probes.evacuated));
  return isAnswered ? { reason: 'no peer answers that to health checks, so customers still come' } : {};
}

function detailsOf({ by, at, reason }: Evacuation): Omit<Evacuation, 'pk'> {
  return { ...by !== undefined && { by }, ...at !== undefined && { at }, ...reason !== undefined && { reason } };
}
