import { Component, createRef, h, JSX } from 'preact';
import { READ_BACK } from './operation-filter';
import { regionClass } from './region-style';
import { Report } from '../report/report';
import { duration, plural } from '../report/words';
import { Execution, Sent } from '../workload/workload';

export interface SendingsProps {
  readonly report: Report;
  /** The key whose sendings are shown. */
  readonly operationKey: string;
  readonly onClose: () => void;
}

/** All that is known of a key: whatever was sent of it, and the workflows that ran by its name. */
export class Sendings extends Component<SendingsProps> {
  private readonly dialog = createRef<HTMLDialogElement>();

  public componentDidMount(): void {
    // gives the focus back to the key when it is closed
    this.dialog.current!.showModal();
  }

  public render({ report, operationKey, onClose }: SendingsProps): JSX.Element {
    const sent = report.operations.filter(({ operation }) => operation.key === operationKey);
    const executions = report.executions.filter(({ name }) => name === operationKey);
    return h('dialog', { 'ref': this.dialog, onClose, 'aria-labelledby': 'key' },
      h('header', {},
        h('h3', { id: 'key' }, h('code', {}, operationKey)),
        h('form', { method: 'dialog' }, h('button', {}, 'Close'))),
      h('h4', {}, `Sent ${sent.length === 1 ? 'once' : plural(sent.length, 'time')}`),
      h('div', { class: 'scrolls' }, h(SentTable, { sent, regions: report.regions })),
      h('h4', {}, executions.length === 0 ? 'No workflow ran by that name' : `Workflows that ran by that name: ${executions.length}`),
      executions.length === 0 ? null : h('div', { class: 'scrolls' }, h(ExecutionTable, { executions, regions: report.regions })));
  }
}

/** Returns the sender of something. */
export function senderOf({ customer, isReadBack }: Sent): string {
  return isReadBack ? READ_BACK : customer;
}

/** Renders a region with its colour. */
export function Region({ region, regions }: { readonly region: string; readonly regions: readonly string[] }): JSX.Element {
  return h('span', { class: `region ${regionClass(Math.max(0, regions.indexOf(region)))}` }, h('span', { class: 'swatch' }), region);
}

/** Renders the outcome of a sending, with the reason. */
export function Outcome({ outcome }: Pick<Sent, 'outcome'>): JSX.Element {
  if (!outcome) return h('span', { class: 'outcome' }, 'under way');
  return h('span', { class: `outcome ${outcome.type}`, title: outcome.told }, outcome.type, outcome.told === undefined ? null : h('span', { class: 'more' }, ` ${outcome.told}`));
}

function SentTable({ sent, regions }: { readonly sent: readonly Sent[]; readonly regions: readonly string[] }): JSX.Element {
  return h('table', {},
    h(Head, { titles: ['At', 'Operation', 'Attempt', 'Customer', 'Region', 'Outcome', 'Took', 'Value'] }),
    h('tbody', {}, sent.map(one => h(SentRow, { sent: one, regions }))));
}

function SentRow({ sent, regions }: { readonly sent: Sent; readonly regions: readonly string[] }): JSX.Element {
  const { operation, attempt, region, at, endedAt, outcome } = sent;
  return h('tr', {},
    h('td', { class: 'number' }, duration(at)),
    h('td', {}, operation.kind),
    h('td', { class: 'number' }, String(attempt + 1)),
    h('td', {}, senderOf(sent)),
    h('td', {}, h(Region, { region, regions })),
    h('td', {}, h(Outcome, { outcome })),
    h('td', { class: 'number' }, endedAt === undefined ? '' : duration(endedAt - at)),
    h('td', {}, h('code', { class: 'value' }, [operation.value, outcome?.value].filter(value => value !== undefined).map(value => JSON.stringify(value)).join(' → '))));
}

function ExecutionTable({ executions, regions }: { readonly executions: readonly Execution[]; readonly regions: readonly string[] }): JSX.Element {
  return h('table', {},
    h(Head, { titles: ['Workflow', 'Region', 'Status', 'Started', 'Stopped'] }),
    h('tbody', {}, executions.map(({ workflow, region, status, startedAt, stoppedAt }) => h('tr', {},
      h('td', {}, workflow),
      h('td', {}, h(Region, { region, regions })),
      h('td', {}, status),
      h('td', { class: 'number' }, duration(startedAt)),
      h('td', { class: 'number' }, stoppedAt === undefined ? '' : duration(stoppedAt))))));
}

function Head({ titles }: { readonly titles: readonly string[] }): JSX.Element {
  return h('thead', {}, h('tr', {}, titles.map(title => h('th', { scope: 'col' }, title))));
}
