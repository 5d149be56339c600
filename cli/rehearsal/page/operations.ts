import { Component, createRef, h, JSX } from 'preact';
import { filterOperations, OperationFilter } from './operation-filter';
import { Outcome, Region, senderOf, Sendings } from './sendings';
import { Report } from '../report/report';
import { count, duration, plural } from '../report/words';
import { Sent } from '../workload/workload';

/** Pixels, as in the style sheet. */
const ROW_HEIGHT = 32;

/** Rows above and below those that are to be seen, so that scrolling shows no gap. */
const MARGIN_ROWS = 10;

export interface OperationsProps {
  readonly report: Report;
  readonly filter: OperationFilter;
  readonly onFilter: (filter: OperationFilter) => void;
}

interface OperationsState {
  readonly firstRow: number;
  readonly rows: number;
  /** The key whose sendings are shown. */
  readonly operationKey?: string;
}

/** Every operation: a table of which only the rows are there that are to be seen. */
export class Operations extends Component<OperationsProps, OperationsState> {
  public state: OperationsState = { firstRow: 0, rows: 20 };
  private readonly scroller = createRef<HTMLDivElement>();
  private last?: { readonly report: Report; readonly filter: OperationFilter; readonly found: readonly Sent[] };

  public componentDidMount(): void {
    this.look();
    window.addEventListener('resize', this.look);
  }

  public componentWillUnmount(): void {
    window.removeEventListener('resize', this.look);
  }

  public componentDidUpdate({ filter }: OperationsProps): void {
    if (filter === this.props.filter) return;
    this.scroller.current!.scrollTop = 0;
    this.look();
  }

  public render({ report, filter, onFilter }: OperationsProps, { operationKey }: OperationsState): JSX.Element {
    const { operations } = report;
    const found = this.found(report, filter);
    return h('div', {},
      h(Filters, { report, filter, onFilter }),
      h('p', { class: 'found', role: 'status' }, found.length === operations.length ? plural(operations.length, 'operation') : `${count(found.length)} of ${plural(operations.length, 'operation')}`),
      h('div', { 'class': 'rows', 'ref': this.scroller, 'onScroll': this.look, 'tabIndex': 0, 'role': 'region', 'aria-label': 'Operations, which scroll' }, this.table(found)),
      operationKey === undefined ? null : h(Sendings, { report, operationKey, onClose: () => this.setState({ operationKey: undefined }) }));
  }

  private table(found: readonly Sent[]): JSX.Element {
    const { regions } = this.props.report;
    const first = Math.max(0, Math.min(this.state.firstRow, found.length - 1) - MARGIN_ROWS);
    const last = Math.min(found.length, first + this.state.rows + 2 * MARGIN_ROWS);
    return h('table', { 'aria-rowcount': found.length + 1 },
      h('thead', {}, h('tr', { 'aria-rowindex': 1 },
        COLUMNS.map(([title, name]) => h('th', { scope: 'col', class: name }, title)))),
      h('tbody', {},
        h(Gap, { rows: first }),
        found.slice(first, last).map((sent, index) => h(Row, {
          key: first + index, sent, regions, index: first + index, onKey: this.show,
        })),
        h(Gap, { rows: found.length - last })));
  }

  /** Scrolling draws again what is found already. */
  private found(report: Report, filter: OperationFilter): readonly Sent[] {
    if (this.last?.report !== report || this.last.filter !== filter) {
      this.last = { report, filter, found: filterOperations(report.operations, filter, report.drills) };
    }
    return this.last.found;
  }

  private readonly show = (operationKey: string) => this.setState({ operationKey });

  /** Finds out which rows are to be seen. */
  private readonly look = () => {
    const { scrollTop, clientHeight } = this.scroller.current!;
    const firstRow = Math.floor(scrollTop / ROW_HEIGHT);
    const rows = Math.ceil(clientHeight / ROW_HEIGHT);
    if (firstRow !== this.state.firstRow || rows !== this.state.rows) this.setState({ firstRow, rows });
  };
}

const COLUMNS = [
  ['At', 'number'], ['Operation', 'kind'], ['Key', 'key'], ['Customer', 'customer'], ['Region', 'place'], ['Attempt', 'number attempt'], ['Outcome', 'result'], ['Took', 'number'],
] as const;

interface RowProps {
  readonly sent: Sent;
  readonly regions: readonly string[];
  readonly index: number;
  readonly onKey: (key: string) => void;
}

function Row({ sent, regions, index, onKey }: RowProps): JSX.Element {
  const { operation, region, attempt, at, endedAt, outcome } = sent;
  return h('tr', { 'aria-rowindex': index + 2, 'class': outcome?.type },
    h('td', { class: 'number' }, `${(at / 1000).toFixed(2)} s`),
    h('td', { class: 'kind' }, operation.kind),
    h('td', { class: 'key' }, h('button', { type: 'button', class: 'link', title: operation.key, onClick: () => onKey(operation.key) }, operation.key)),
    h('td', { class: 'customer', title: senderOf(sent) }, senderOf(sent)),
    h('td', { class: 'place' }, h(Region, { region, regions })),
    h('td', { class: 'number attempt' }, String(attempt + 1)),
    h('td', { class: 'result' }, h(Outcome, { outcome })),
    h('td', { class: 'number' }, endedAt === undefined ? '' : duration(endedAt - at)));
}

/** Rows that are not there, but for their height. Its cell spans no columns: more than a narrow page shows would make some. */
function Gap({ rows }: { readonly rows: number }): JSX.Element | null {
  return rows <= 0 ? null : h('tr', { 'class': 'gap', 'aria-hidden': 'true' }, h('td', { style: { height: `${rows * ROW_HEIGHT}px` } }));
}

function Filters({ report: { regions, drills }, filter, onFilter }: OperationsProps): JSX.Element {
  const drill = filter.drill === undefined ? '' : String(filter.drill);
  return h('form', { class: 'filters', role: 'search', onSubmit: (event: Event) => event.preventDefault() },
    h('label', {}, h('span', {}, 'Search'), h('input', {
      type: 'search',
      placeholder: 'key, operation, customer, reason',
      autoComplete: 'off',
      spellcheck: false,
      value: filter.text,
      onInput: ({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value }),
    })),
    h('label', {}, h('span', {}, 'Region'), h('select', {
      value: filter.region ?? '',
      onChange: ({ currentTarget: { value } }: JSX.TargetedEvent<HTMLSelectElement>) => onFilter({ ...filter, region: value === '' ? undefined : value }),
    }, h('option', { value: '' }, 'all'), regions.map(region => h('option', { key: region, value: region }, region)))),
    h('label', {}, h('span', {}, 'Drill'), h('select', {
      value: drill,
      onChange: ({ currentTarget: { value } }: JSX.TargetedEvent<HTMLSelectElement>) => onFilter({ ...filter, drill: value === '' ? undefined : Number(value) }),
    }, h('option', { value: '' }, 'all'), drills.map(({ title }, index) => h('option', { key: index, value: String(index) }, title)))),
    h('label', { class: 'check' }, h('input', {
      type: 'checkbox',
      checked: filter.failedOnly,
      onChange: ({ currentTarget }) => onFilter({ ...filter, failedOnly: currentTarget.checked }),
    }), h('span', {}, 'Failed only')));
}
