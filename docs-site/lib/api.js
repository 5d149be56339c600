import { escapeHtml, render } from './markdown.js';
import { GITHUB, read, isFile } from './repository.js';

const { types, name: PACKAGE } = JSON.parse(read('.jsii'));

/** The groups of the reference: folders of the source, the largest ideas first. */
const GROUPS = [
  ['system', 'System'], ['multi-region-function', 'Function'], ['global-table', 'Table'], ['global-event-bus', 'Event bus'], ['multi-region-queue', 'Queue'],
  ['replicated-workflow', 'Workflow'], ['multi-region-api', 'API'], ['multi-region-pipeline', 'Pipeline'], ['evacuation-switch', 'Evacuation switch'], ['dead-letters', 'Dead letters'],
  ['observability', 'Observability'], ['compliance', 'Compliance'], ['diagram', 'Diagram'],
];

export const API_TYPES = Object.values(types);
const folderOf = ({ locationInModule }) => locationInModule.filename.split('/')[1];
const pageOf = type => `${type.name}.html`;
const isConstruct = type => type.base === 'constructs.Construct';

/** The public types by group, constructs first. */
export const API_GROUPS = [...GROUPS, ...[...new Set(API_TYPES.map(folderOf))].filter(folder => !GROUPS.some(([known]) => known === folder)).map(folder => [folder, folder])]
  .map(([folder, title]) => ({
    title,
    types: API_TYPES.filter(type => folderOf(type) === folder).sort((a, b) => Number(isConstruct(b)) - Number(isConstruct(a)) || a.name.localeCompare(b.name)),
  }));

/** The address of a public type by its name, or of a member such as `GlobalTable.tableName`, below a folder. */
export function typeAddress(text, folder) {
  const [name, member] = text.replace(/\(.*\)$/, '').split('.');
  const type = types[`${PACKAGE}.${name}`];
  if (!type || (text.includes('.') && !membersOf(type).some(known => known.name === member))) return undefined;
  return `${folder}${pageOf(type)}${member ? `#${member}` : ''}`;
}

const membersOf = type => [...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])];

/** The members of a struct, those of the ones that it extends included. */
const allProperties = type => [...(type.interfaces ?? []).flatMap(fqn => (types[fqn] ? allProperties(types[fqn]) : [])), ...(type.properties ?? [])];

const inline = text => render(text, { typeLink: name => typeAddress(name, '') }).html;

/** Where a construct has a page of its own that says how to use it. */
const constructPage = ({ name }) => {
  const kebab = name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
  const page = { 'audit-trail': 'observability', 'multi-region-dashboard': 'observability', 'alarm-chat': 'observability', 'system-unit': 'multi-region-system', 'evacuation-switch': 'multi-region-system' }[kebab] ?? kebab;
  return isFile(`docs/constructs/${page}.md`) ? `../constructs/${page}.html` : undefined;
};

function typeHtml(type) {
  if (!type) return 'void';
  if (type.primitive) return escapeHtml(type.primitive);
  if (type.collection) return type.collection.kind === 'array' ? `${typeHtml(type.collection.elementtype)}[]` : `{ [key]: ${typeHtml(type.collection.elementtype)} }`;
  if (type.union) return type.union.types.map(typeHtml).join(' | ');
  const [assembly, ...rest] = type.fqn.split('.');
  if (assembly === PACKAGE) return `<a href="${rest.join('.')}.html">${rest.join('.')}</a>`;
  const external = assembly === 'aws-cdk-lib' ? `https://docs.aws.amazon.com/cdk/api/v2/docs/${assembly}.${rest.join('.')}.html` : undefined;
  return external ? `<a href="${external}">${rest.at(-1)}</a>` : escapeHtml(rest.at(-1));
}

const parameters = ({ parameters: list = [] } = {}) => list.map(({ name, type, optional, variadic }) => `${variadic ? '...' : ''}${name}${optional ? '?' : ''}: ${typeHtml(type)}`).join(', ');

function docsHtml({ summary, remarks, default: byDefault, see, returns, deprecated } = {}) {
  return [
    deprecated ? `<p class="note">Deprecated: ${inline(deprecated)}</p>` : '',
    summary ? inline(summary) : '',
    remarks ? inline(remarks) : '',
    returns ? `<p><span class="label">Returns</span> ${escapeHtml(returns)}</p>` : '',
    byDefault ? `<p><span class="label">Default</span> ${inline(byDefault.startsWith('- ') ? byDefault.slice(2) : `\`${byDefault}\``).replace(/^<p>|<\/p>\n?$/g, '')}</p>` : '',
    see ? `<p><span class="label">See</span> <a href="${escapeHtml(see)}">${escapeHtml(see.replace(/^https:\/\//, ''))}</a></p>` : '',
  ].join('');
}

const source = ({ locationInModule: at }) => (at ? `<a class="source" href="${GITHUB}/blob/main/${at.filename}#L${at.line}">source</a>` : '');

const memberHtml = (member, signature) => `<section class="member"><h3 id="${member.name}"><code>${signature}</code>${source(member)}<a class="anchor" href="#${member.name}" aria-label="Link to this member">#</a></h3>${docsHtml(member.docs)}`
  + (member.parameters ?? []).filter(({ docs }) => docs?.summary).map(({ name, docs }) => `<p><code>${name}</code>: ${escapeHtml(docs.summary)}${docs.remarks ? ` ${escapeHtml(docs.remarks)}` : ''}</p>`).join('') + '</section>';

const property = member => memberHtml(member, `${member.static ? 'static ' : ''}${member.name}${member.optional ? '?' : ''}: ${typeHtml(member.type)}`);
const method = member => memberHtml(member, `${member.static ? 'static ' : ''}${member.name}(${parameters(member)}): ${typeHtml(member.returns?.type)}`);

function section(title, members, toHtml) {
  if (members.length === 0) return { html: '', headings: [] };
  const id = title.toLowerCase().replace(/ /g, '-');
  return {
    html: `<h2 id="${id}">${title}<a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h2>${members.map(toHtml).join('')}`,
    headings: [{ level: 2, id, title }, ...members.map(({ name, docs }) => ({ level: 3, id: name, title: name, text: docs?.summary ?? '' }))],
  };
}

/** The page of a public type: for a construct with the properties that it is made with. */
export function apiPage(type) {
  const props = type.initializer?.parameters?.find(({ name, type: { fqn } }) => name === 'props' && types[fqn]);
  const ofProps = props ? types[props.type.fqn] : undefined;
  const methods = [...(type.methods ?? [])].sort((a, b) => Number(b.static ?? false) - Number(a.static ?? false));
  const own = type.kind === 'interface' ? allProperties(type) : type.properties ?? [];
  const sections = [
    section('Props', ofProps ? allProperties(ofProps) : [], member => memberHtml({ ...member, name: `props.${member.name}` }, `${member.name}${member.optional ? '?' : ''}: ${typeHtml(member.type)}`)),
    section('Methods', methods, method),
    section(type.datatype ? 'Members' : 'Properties', own, property),
    section('Values', type.members ?? [], member => memberHtml(member, member.name)),
  ];
  if (ofProps) sections[0].headings.slice(1).forEach(heading => { heading.id = `props.${heading.id}`; });
  const guide = constructPage(type);
  const used = API_TYPES.filter(other => JSON.stringify([other.properties, other.methods, other.initializer]).includes(`"${type.fqn}"`) && other !== type);
  const usedBy = used.length > 0 ? `<p class="used"><span class="label">Used by</span> ${used.map(other => `<a href="${pageOf(other)}">${other.name}</a>`).join(', ')}</p>` : '';
  const kind = isConstruct(type) ? 'construct' : type.datatype ? 'properties' : type.kind;
  const creation = type.initializer && !type.abstract ? `<pre class="signature"><code>new ${type.name}(${parameters(type.initializer)})</code></pre>` : '';
  return {
    title: type.name,
    html: `<h1>${type.name}<span class="kind">${kind}</span>${source(type)}</h1>${docsHtml(type.docs)}${guide ? `<p><a class="guide" href="${guide}">How to use it, what it defines, and what happens when a region fails</a></p>` : ''}${creation}${usedBy}${sections.map(({ html }) => html).join('')}`,
    headings: [{ level: 1, id: '', title: type.name, text: type.docs?.summary ?? '' }, ...sections.flatMap(({ headings }) => headings)],
  };
}

/** The page with all types. */
export function apiIndex() {
  return {
    title: 'API',
    html: `<h1>API</h1><p>All public types, by what they belong to. Each page has the members with their defaults, costs, and errors.</p>${API_GROUPS.map(({ title, types: list }) => (
      `<h2 id="${title.toLowerCase().replace(/ /g, '-')}">${title}</h2><dl class="types">${list.map(type => `<dt><a href="${pageOf(type)}">${type.name}</a></dt><dd>${inline(type.docs?.summary ?? '')}</dd>`).join('')}</dl>`
    )).join('')}`,
    headings: API_GROUPS.map(({ title }) => ({ level: 2, id: title.toLowerCase().replace(/ /g, '-'), title })),
  };
}
