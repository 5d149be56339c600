/** Each program of docs/adopting/apis.md compiles and is synthesized as it is printed, without findings, and defines what its section says. */
import { readFileSync } from 'fs';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { allOf } from '../../support/adopting-page';
import { expectNoFindings } from '../../support/findings';
import { appOf, compilerErrors, snippetsOf, withSnippets } from '../../support/snippets';

jest.setTimeout(300_000);

const PAGE = 'docs/adopting/apis.md';
const snippets = snippetsOf(PAGE);
const programs = snippets.filter(({ isProgram }) => isProgram);
const sections = readFileSync(PAGE, 'utf8').split(/^## /m).slice(1).map(text => ({ title: text.split('\n')[0], text }));
const folder = withSnippets(snippets);

test('all programs compile', () => {
  expect(compilerErrors(folder(), snippets)).toEqual([]);
});

test('each section has a program, says what happens when a region fails, and is in the table', () => {
  const [table] = readFileSync(PAGE, 'utf8').split(/^## /m);
  expect([...table.matchAll(/\[([^\]]+)\]\(#([\w-]+)\)/g)].map(([, title, anchor]) => [title, anchor])).toEqual(
    sections.map(({ title }) => [title, title.toLowerCase().replace(/ /g, '-')]),
  );
  expect(programs).toHaveLength(sections.length);
  for (const { title, text } of sections) {
    expect([title, /^```ts\nimport/m.test(text), /^\*\*When (a|the pool's) region fails\*\*/m.test(text)]).toEqual([title, true, true]);
  }
});

/** What a program of each section must have defined. */
const PROMISED: Record<string, (assembly: CloudAssembly) => void> = {
  'Certificates of your own': assembly => expect(allOf(assembly, 'AWS::CertificateManager::Certificate')).toEqual([]),
  'A name whose DNS is elsewhere': assembly => expect(allOf(assembly, 'AWS::Route53::RecordSet').map(({ Name }) => Name)).toContain('us-west-2.api.example.com'),
  'Records that others make': assembly => {
    expect(allOf(assembly, 'AWS::Route53::RecordSet')).toEqual([]);
    const outputs = assembly.stacks.flatMap(({ template }) => Object.keys(template.Outputs ?? {})).map(id => /(RegionalNameTarget|SharedNameTarget|TargetHostedZoneId|HealthCheckId)/.exec(id)?.[1]);
    expect(outputs.filter(Boolean).sort()).toEqual(['HealthCheckId', 'RegionalNameTarget', 'SharedNameTarget', 'TargetHostedZoneId'].flatMap(id => [id, id]));
  },
  'A REST API and its name': assembly => expect(allOf(assembly, 'AWS::ApiGateway::DomainName').map(({ DomainName }) => DomainName).filter(name => name === 'api.example.com')).toHaveLength(1),
  'A Cognito user pool': assembly => {
    const verifiers = allOf(assembly, 'AWS::Lambda::Function').filter(({ Environment }) => Environment?.Variables.JWT_ISSUER);
    expect(verifiers.map(({ Environment: { Variables } }) => Variables.JWT_TOKEN_USE).sort()).toEqual(['access', 'access', 'id', 'id']);
  },
  'A Lambda authorizer': assembly => expect(allOf(assembly, 'AWS::ApiGateway::Authorizer').map(({ Type }) => Type).sort()).toEqual(['REQUEST', 'REQUEST', 'TOKEN', 'TOKEN']),
  'API keys and usage plans': assembly => expect(allOf(assembly, 'AWS::ApiGateway::ApiKey').map(({ Value }) => Value)).toEqual(Array(2).fill('{{resolve:secretsmanager:orders/api-keys/acme:SecretString:::}}')),
  'Parameters and bytes': assembly => expect(allOf(assembly, 'AWS::ApiGateway::RestApi').map(({ BinaryMediaTypes }) => BinaryMediaTypes)).toEqual([['application/pdf'], ['application/pdf']]),
  'Several systems in one account': assembly => expect(allOf(assembly, 'AWS::ApiGateway::Account')).toEqual([]),
};

test.each(sections.map(({ title }, i) => [title, i] as const))('the program of "%s" is synthesized without findings, and defines what is promised', (title, i) => {
  const app = appOf(folder(), programs[i]);
  expectNoFindings(app);
  PROMISED[title](app.synth());
});
