import { idOf, Kind, Part, Place } from './graph';
import { referencesIn, textOf } from './intrinsics';
import { RESOURCE_TYPES, STAND_INS } from './resource-types';
import { Properties, SynthesizedStack } from './synthesized-stack';

const SERVING: (Kind | undefined)[] = ['api', 'bus', 'globalTable', 'table', 'workflow'];

export const PIPELINE = 'AWS::CodePipeline::Pipeline';

/** A resource, and the stack that it is in. */
export interface Located {
  readonly stack: SynthesizedStack;
  readonly id: string;
  readonly properties: Properties;
}

/** The resources of all stacks, and what their properties refer to: in their own template by reference, in others by an ARN or a name. */
export class Inventory {
  /** The parts: what the templates hold that is drawn by itself. */
  public readonly parts: Part[] = [];

  private readonly byResource = new Map<string, Part[]>();
  private readonly byArn = new Map<string, Part>();

  constructor(private readonly stacks: SynthesizedStack[]) {
    for (const type of Object.keys(RESOURCE_TYPES)) {
      this.all(type).forEach(resource => this.add(type, resource));
    }
  }

  /** Returns the resources of some types. */
  public all(...types: string[]): Located[] {
    return this.stacks.flatMap(stack => Object.entries(stack.resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, { Properties: properties = {} }]) => ({ stack, id, properties })));
  }

  /** Returns the parts that a resource is drawn as: several, if it is in several regions. */
  public partsOf({ stack, id }: Located): Part[] {
    return this.byResource.get(idOf(stack.id, id)) ?? [];
  }

  /**
   * Returns the part that a property refers to, if that is drawn: at most one.
   *
   * @param type of the resource that a mere name is the name of
   */
  public find({ stack }: Pick<Located, 'stack'>, value: unknown, type?: string): Part[] {
    const text = textOf(value, stack);
    const [id] = referencesIn(text);
    if (id !== undefined) {
      return this.referenced(stack, id);
    }
    const arn = text.startsWith('arn:') ? text : arnOf(stack, stack.region, type, text);
    return arn === undefined ? [] : this.named(arn);
  }

  /** Returns the text of a property, or undefined if that is not known before deployment. */
  public literal({ stack }: Pick<Located, 'stack'>, value: unknown): string | undefined {
    const text = textOf(value, stack);
    return text === '' || referencesIn(text).length > 0 ? undefined : text;
  }

  private add(type: string, resource: Located): void {
    const { stack, id, properties } = resource;
    const { kind, name: property } = RESOURCE_TYPES[type]!;
    const physicalName = this.literal(resource, properties[property]);
    const replicas: string[] | undefined = properties.Replicas?.map((replica: any) => textOf(replica.Region, stack)).sort();
    for (const region of replicas ?? [stack.region]) {
      const part: Part = {
        id: idOf(stack.id, id, ...replicas ? [region] : []), kind, name: physicalName ?? withoutHash(id), place: { ...placeOf(stack), region },
      };
      const arn = physicalName && arnOf(stack, region, type, physicalName);
      this.parts.push(part);
      this.byResource.set(idOf(stack.id, id), [...this.partsOf(resource), part]);
      if (arn) this.byArn.set(keyOf(arn), part);
    }
  }

  private referenced(stack: SynthesizedStack, id: string): Part[] {
    const { Type: type, Properties: properties = {} } = stack.resources[id] ?? {};
    if (type === undefined) return [];
    const drawn = this.partsOf({ stack, id, properties });
    if (drawn.length > 0) {
      return drawn.length > 1 ? drawn.filter(({ place }) => place.region === stack.region) : drawn;
    }
    if (type === 'AWS::ApiGateway::DomainName') {
      const mapping = this.all('AWS::ApiGateway::BasePathMapping')
        .find(other => other.stack === stack && referencesIn(textOf(other.properties.DomainName, stack)).includes(id));
      return mapping ? this.find(mapping, mapping.properties.RestApiId) : [];
    }
    const standIn = STAND_INS[type];
    return standIn ? this.find({ stack }, standIn.of(properties), standIn.type) : [];
  }

  /** Returns the part that an ARN names, or names something of: a function's alias, a table's index. */
  private named(arn: string): Part[] {
    for (let key = keyOf(arn); key !== ''; key = key.replace(/(^|[:/])[^:/]*$/, '')) {
      const part = this.byArn.get(key);
      if (part) return [part];
    }
    return [];
  }
}

/** Returns the place of a stack: one of a pipeline delivers the system, with all that helps to, unless it holds what serves customers as well. */
function placeOf(stack: SynthesizedStack): Place {
  const serves = Object.values(stack.resources).some(({ Type: type }) => SERVING.includes(RESOURCE_TYPES[type]?.kind));
  const [pipeline] = Object.values(stack.resources).filter(({ Type: type }) => type === PIPELINE);
  return serves || !pipeline ? { region: stack.region } : placeOfPipeline(stack, pipeline.Properties ?? {});
}

/** Returns the place of a pipeline: it is on standby if somebody has to enable one of its stages first. */
export function placeOfPipeline({ region }: SynthesizedStack, { DisableInboundStageTransitions }: Properties): Place {
  return { region, delivery: true, standby: DisableInboundStageTransitions !== undefined };
}

function arnOf({ account }: SynthesizedStack, region: string, type: string | undefined, name: string): string | undefined {
  const arn = type === undefined || name === '' ? undefined : RESOURCE_TYPES[type]?.arn;
  return arn && `arn:aws:${arn.service}:${region}:${account}:${arn.resource}${name}`;
}

/** Returns an ARN without the partition, which a template may or may not know. */
function keyOf(arn: string): string {
  return arn.split(':').slice(2).join(':');
}

/** Returns the words of a logical id: the CDK ends it with eight digits of a hash. */
function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
