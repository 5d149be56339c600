import { mkdirSync, renameSync, writeFileSync } from 'fs';
import { dirname, join, resolve } from 'path';
import { Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CompliancePack, PACK_NAMES } from './compliance-pack';
import { renderCsv } from './csv';
import { evaluate } from './evaluation';
import { PackResult } from './findings';
import { renderHtml } from './html';
import { invalidProp, requireLiteral } from '../system/errors';

/** The number of open findings that an error names. */
const NAMED_FINDINGS = 20;

/** Properties of a `ComplianceReport`. */
export interface ComplianceReportProps {
  /** The rules that are applied. */
  readonly packs: CompliancePack[];

  /**
   * The folder that the report is written to, made if it is not there.
   *
   * @default - `compliance` in the cloud assembly, usually `cdk.out/compliance`
   */
  readonly directory?: string;

  /**
   * Indicates whether a finding that nobody has acknowledged stops the synthesis, after the report is written. Warnings count as well.
   *
   * @default false
   */
  readonly failOnOpenFindings?: boolean;

  /**
   * A date or a version that the report shows, as it is given here. Without it, the same app gives the same report, byte by byte.
   *
   * @default - none
   */
  readonly date?: string;
}

/**
 * Evidence for auditors: the compliance rules that were checked, what they found, and why findings are acknowledged.
 *
 * Its scope is what is checked: a system with all its stacks and units, a unit, a stage or a whole app. At synthesis, the rules of cdk-nag are applied to every resource there, and a
 * page, for reading and printing, and a table, for everything else, are written. Nothing is deployed, and it costs nothing.
 *
 * The rules check templates. They are neither all that a standard asks for, nor a certificate.
 *
 * Your project must have cdk-nag 3 installed: `npm install --save-dev cdk-nag@3`. In Python, Java, .NET and Go, add cdk-nag's package for that language and import it in the app: loaded once, it is found.
 *
 * Throws if there is no pack, or one twice. At synthesis, if cdk-nag is missing, another version, or uses another copy of aws-cdk-lib, if the folder cannot be written, and, on request, if a finding
 * is open.
 *
 * An example, what it defines, what it costs, and its limits: [compliance report](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/compliance-report.md).
 *
 * @see https://github.com/cdklabs/cdk-nag
 */
export class ComplianceReport extends Construct {
  /** The path of the page. */
  public readonly htmlPath: string;
  /** The path of the table, as comma-separated values. */
  public readonly csvPath: string;

  constructor(scope: Construct, id: string, private readonly props: ComplianceReportProps) {
    super(scope, id);
    const { packs, directory } = props;
    const wrong = packs?.find((pack, i) => !(pack in PACK_NAMES) || packs.indexOf(pack) !== i);
    if (!Array.isArray(packs) || packs.length === 0 || wrong !== undefined) {
      throw invalidProp(this, 'packs', packs, `at least one of ${Object.keys(PACK_NAMES).join(', ')}, each once`);
    }
    if (directory !== undefined) requireLiteral(this, 'directory', directory, /\S/, 'the path of a folder');
    // several reports of an app are beside each other
    const file = join(directory === undefined ? join(this.outdir, 'compliance') : resolve(directory), this.node.path.replaceAll('/', '-'));
    this.htmlPath = `${file}.html`;
    this.csvPath = `${file}.csv`;
    // Not a plugin of the CDK's validation: a plugin may not change a file of the cloud assembly, and this one's would be there from the last synthesis
    this.node.addValidation({ validate: () => this.report(scope) });
  }

  private report(scope: Construct): string[] {
    const results = this.props.packs.map(pack => evaluate(this, scope, PACK_NAMES[pack]));
    this.write(this.csvPath, renderCsv(results));
    this.write(this.htmlPath, renderHtml({ title: scope.node.path || 'the app', date: this.props.date }, results));
    return this.props.failOnOpenFindings ? this.complaints(results) : [];
  }

  private complaints(results: PackResult[]): string[] {
    const open = results.flatMap(({ rules }) => rules).flatMap(({ checks, description }) => checks
      .filter(({ status }) => status === 'open').map(({ id, resource }) => `${id}: ${description} [${resource}]`));
    const more = open.length > NAMED_FINDINGS ? [`and ${open.length - NAMED_FINDINGS} more: see ${this.htmlPath}`] : [];
    return [...open.slice(0, NAMED_FINDINGS), ...more];
  }

  /** Writes a file whole or not at all: half a report must not look like one. */
  private write(path: string, content: string): void {
    const part = `${path}.part`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(part, content);
      renameSync(part, path);
    } catch (error) {
      throw invalidProp(this, 'directory', dirname(path), `a folder that can be written (${(error as Error).message})`);
    }
  }

  private get outdir(): string {
    return (this.node.root as Stage).outdir;
  }
}
