import { Arrow, arrows, Graph, idOf, Part } from './graph';
import { referencesIn, textOf } from './intrinsics';
import { Inventory, Located } from './inventory';

/**
 * Returns the graph of the requests: a name's records, the APIs that they lead to, the functions that answer; and the probes that decide which record
 * counts.
 */
export function requests(inventory: Inventory): Graph {
  const records = inventory.all('AWS::Route53::RecordSet').flatMap(record => recordOf(inventory, record));
  return {
    parts: records.map(({ from }) => from),
    arrows: [...records, ...probes(inventory, records), ...routes(inventory), ...authorizers(inventory)],
  };
}

/** Returns a record set that leads to an API, by an alias of its domain, or of another record that does. */
function recordOf(inventory: Inventory, record: Located): Arrow[] {
  const name = nameOf(inventory, record.properties.Name, record);
  return name === undefined ? [] : arrows([{ id: idOf('name', name), kind: 'name', name, place: {} }], apisBehind(inventory, record, [name]));
}

/** Returns the APIs that an alias leads to: a record in a mesh stack leads to the region's own record, which is in the regional stack. */
function apisBehind(inventory: Inventory, record: Located, way: string[]): Part[] {
  const target = record.properties.AliasTarget?.DNSName;
  const apis = inventory.find(record, target).filter(({ kind }) => kind === 'api');
  const next = nameOf(inventory, target, record);
  if (apis.length > 0 || next === undefined || way.includes(next)) return apis;
  return inventory.all('AWS::Route53::RecordSet').filter(other => nameOf(inventory, other.properties.Name, other) === next)
    .flatMap(other => apisBehind(inventory, other, [...way, next]));
}

/** Returns a domain name, without the dot that it may end with. */
function nameOf(inventory: Inventory, value: unknown, record: Located): string | undefined {
  return inventory.literal(record, value)?.replace(/\.$/, '');
}

/** Returns the health checks of APIs, each at the name that it asks. */
function probes(inventory: Inventory, records: Arrow[]): Arrow[] {
  return inventory.all('AWS::Route53::HealthCheck').flatMap(({ stack, properties: { HealthCheckConfig: check } }) => {
    const asked = textOf(check.FullyQualifiedDomainName, stack);
    return records.filter(({ from }) => from.name === asked).map(record => ({ ...record, label: `probes ${textOf(check.ResourcePath, stack)}`, aside: true }));
  });
}

function routes(inventory: Inventory): Arrow[] {
  return inventory.all('AWS::ApiGateway::Method').flatMap(method => {
    const { RestApiId, HttpMethod, Integration, ResourceId } = method.properties;
    const label = `${textOf(HttpMethod, method.stack)} ${pathOf(method, ResourceId) || '/'}`;
    return arrows(inventory.find(method, RestApiId), inventory.find(method, Integration?.Uri), { label });
  });
}

function pathOf({ stack }: Pick<Located, 'stack'>, resource: unknown): string {
  const [id] = referencesIn(textOf(resource, stack));
  const { Type: type, Properties: { ParentId, PathPart } = {} as any } = stack.resources[id] ?? {};
  return type === 'AWS::ApiGateway::Resource' ? `${pathOf({ stack }, ParentId)}/${textOf(PathPart, stack)}` : '';
}

function authorizers(inventory: Inventory): Arrow[] {
  return inventory.all('AWS::ApiGateway::Authorizer').flatMap(authorizer => {
    const apis: Part[] = inventory.find(authorizer, authorizer.properties.RestApiId);
    return arrows(apis, inventory.find(authorizer, authorizer.properties.AuthorizerUri), { label: 'authorizes' });
  });
}
