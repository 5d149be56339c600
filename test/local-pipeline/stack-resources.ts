import { Resource, Template } from '../../cli/system/cloud-assembly';

export interface Environment {
  readonly account: string;
  readonly region: string;
}

/** The property that is a resource's name, and so what `Ref` of it gives, by the type. Of other types it is the logical id here. */
const NAMES: Record<string, string> = {
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
};

/** A template as it would be deployed: what its functions come to. */
export class StackResources {
  constructor(private readonly template: Template, private readonly environment: Environment) {}

  /** The resources of a type, by their names. */
  public ofType(type: string): Map<string, Resource> {
    const found = Object.entries(this.template.Resources ?? {}).filter(([, { Type }]) => Type === type);
    return new Map(found.map(([id, resource]) => [this.nameOf(id), resource]));
  }

  /** A text that may be put together of others. */
  public text(value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    const [[name, of], ...more] = Object.entries(value ?? {});
    if (more.length === 0) {
      if (name === 'Ref') return this.reference(of);
      if (name === 'Fn::GetAtt' && of[1] === 'Arn') return this.arnOf(of[0]);
      if (name === 'Fn::Join') return of[1].map((part: unknown) => this.text(part)).join(of[0]);
      if (name === 'Fn::Sub' && typeof of === 'string') return of.replace(/\$\{([^}]+)\}/g, (_, id: string) => this.reference(id));
    }
    throw new Error(`only references and what is joined of them are known here, received ${JSON.stringify(value)}`);
  }

  /** All texts of an object of texts. */
  public texts(values: Record<string, unknown> = {}): Record<string, string> {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, this.text(value)]));
  }

  private reference(id: string): string {
    const { account, region } = this.environment;
    const pseudo: Record<string, string> = { 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com' };
    const parameter = this.template.Parameters?.[id]?.Default;
    return pseudo[id] ?? (typeof parameter === 'string' ? parameter : this.nameOf(id));
  }

  private nameOf(id: string): string {
    const resource = this.template.Resources?.[id];
    if (!resource) throw new Error(`there is no resource ${id} in the template`);
    const name = resource.Properties?.[NAMES[resource.Type]];
    return name === undefined ? id : this.text(name);
  }

  private arnOf(id: string): string {
    const { account, region } = this.environment;
    const name = this.nameOf(id);
    const type = this.template.Resources![id].Type;
    switch (type) {
      case 'AWS::CodePipeline::Pipeline': return `arn:aws:codepipeline:${region}:${account}:${name}`;
      case 'AWS::IAM::Role': return `arn:aws:iam::${account}:role/${name}`;
      case 'AWS::Lambda::Function': return `arn:aws:lambda:${region}:${account}:function:${name}`;
      case 'AWS::S3::Bucket': return `arn:aws:s3:::${name}`;
      default: return `arn:aws:${type.split('::')[1].toLowerCase()}:${region}:${account}:${name}`;
    }
  }
}
