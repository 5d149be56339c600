import { IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { cloudWatchPage } from '../console';
import { Inventory } from './inventory';
import { Evacuation, evacuationKey } from '../../evacuation-switch/constants';

export interface OverviewProps {
  readonly title: string;
  /** The region of this copy. */
  readonly region: string;
  readonly dashboardNameIn: (region: string) => string;
  /** The notes of the team. */
  readonly notes?: string;
}

/** Renders the first steps, and links to everything else: for somebody who was just woken up. */
export function overview(inventory: Inventory, props: OverviewProps): IWidget {
  const paragraphs = [
    `# ${props.title}: all regions, as seen in ${props.region}`,
    `${places(inventory, props)}. Red lines are the thresholds of alarms; graphs of failures are empty while nothing fails.`,
    ...evacuation(inventory),
    ...(props.notes ? [props.notes] : []),
  ];
  return new TextWidget({ markdown: paragraphs.join('\n\n'), width: 24, height: 2 + Math.ceil(paragraphs.join('\n').split('\n').length / 2) });
}

/** Lists the links to each region's alarms and to its copy of the dashboard. */
function places({ system, hasAlarms }: Inventory, { region: here, dashboardNameIn }: OverviewProps): string {
  const link = (text: string, page?: string) => (page ? `[${text}](${page})` : text);
  const alarms = system.regions.map(region => link(region, cloudWatchPage(region, `alarmsV2:alarm/${system.unhealthyAlarmNameIn(region)}`)));
  const copies = system.peersOf(here).map(region => link(region, cloudWatchPage(region, `dashboards/dashboard/${dashboardNameIn(region)}`)));
  return [
    ...hasAlarms ? [`**Alarms** in ${alarms.join(' · ')}`] : [],
    ...copies.length > 0 ? [`**This dashboard** in ${copies.join(' · ')}`] : [],
  ].join(' — ');
}

function evacuation({ system, evacuation: control }: Inventory): string[] {
  if (!control || system.regions.length === 1) return [];
  const where = `--system ${system.namePrefix} --regions ${system.regions.join(',')}`;
  const commands = [`status ${where}`, `evacuate BAD --reason WHY ${where}`, `restore BAD ${where}`].map(command => `npx cdk-multi-region ${command}`);
  const item = { pk: evacuationKey('BAD'), by: 'WHO', at: 'WHEN', reason: 'WHY' } satisfies Evacuation;
  const written = JSON.stringify(Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }])));
  return [
    '**Are customers affected in one region only?** Evacuate it, with its name for BAD: it is left without its own help. Leave one region that answers: if all are evacuated, Route 53 sends clients to all.'
      + `\n\`\`\`\n${commands.join('\n')}\n\`\`\``,
    `Without that command, the AWS CLI does it in any other region, HEALTHY; \`delete-item\` with the key takes it back.\n\`\`\`\naws dynamodb put-item --region HEALTHY --table-name ${control.controlTableName} --item '${written}'\n\`\`\``,
  ];
}
