/** What the project says of itself to those who use it, report something or send changes. */
import { readdirSync, readFileSync } from 'fs';
import { parse } from 'yaml';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const organization = manifest.repository.url.match(/^https:\/\/github\.com\/([^/]+)\//)[1];
const text = (file: string) => readFileSync(file, 'utf8');
const lowest = (range: string) => range.replace(/^\D+/, '');
const major = (range: string) => lowest(range).split('.')[0];

test('CHANGELOG.md has the lowest versions of the next release as package.json has them', () => {
  const { 'aws-cdk-lib': cdk, constructs } = manifest.peerDependencies;
  const [newest] = text('CHANGELOG.md').match(/(?<=\| --- .*\n)\|.*\|$/m)!;
  expect(newest).toBe(`| next | ${lowest(cdk)} | ${lowest(constructs)} | ${major(manifest.engines.node)} |`);
});

test.each(['README.md', 'docs/REHEARSAL.md', 'docs/COMPATIBILITY.md', 'CONTRIBUTING.md'])('%s says the lowest Node.js that package.json asks for', file => {
  const said = [...text(file).matchAll(/(?:needs Node\.js|lowest version is) \**(\d+)/g)].map(([, version]) => version);
  expect(said).toEqual([major(manifest.engines.node)]);
});

test('The command is bundled for the lowest Node.js', () => {
  const steps: { exec?: string }[] = JSON.parse(text('.projen/tasks.json')).tasks.bundle.steps;
  for (const entry of ['cli/main.ts', 'cli/rehearsal/workload/index.ts']) {
    expect(steps.find(({ exec }) => exec?.startsWith(`esbuild ${entry} `))!.exec).toContain(`--target=node${major(manifest.engines.node)} `);
  }
});

test('The package is found by the keywords that Construct Hub and npm\'s users look for', () => {
  expect(manifest.keywords).toEqual(expect.arrayContaining(['awscdk', 'aws-cdk', 'cdk']));
});

// 0.x is for what may still change, in the words of jsii as in those of semantic versioning
test('The package is experimental until 1.0.0', () => {
  expect(manifest.stability).toBe(Number(major(manifest.version)) < 1 ? 'experimental' : 'stable');
});

test('CODEOWNERS names teams of the repository\'s organization', () => {
  const owners = text('.github/CODEOWNERS').split('\n').filter(line => line && !line.startsWith('#')).flatMap(line => line.split(' ').slice(1));
  expect(owners).not.toEqual([]);
  for (const owner of owners) expect(owner).toMatch(new RegExp(`^@${organization}/`));
});

/** @see https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
test.each(readdirSync('.github/ISSUE_TEMPLATE').filter(file => file !== 'config.yml'))('The form %s is one that GitHub takes', file => {
  const { name, description, body } = parse(text(`.github/ISSUE_TEMPLATE/${file}`), { strict: true });
  expect([name, description]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  const ids = body.map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { type, attributes, validations } of body) {
    expect(['textarea', 'input']).toContain(type);
    expect(attributes.label).toMatch(/./);
    expect(typeof validations.required).toBe('boolean');
  }
});

test('Vulnerabilities are reported in private, and nobody is asked to open an issue', () => {
  const report = `${manifest.repository.url.replace(/\.git$/, '')}/security/advisories/new`;
  expect(text('SECURITY.md')).toContain(report);
  const { contact_links: links, blank_issues_enabled: blank } = parse(text('.github/ISSUE_TEMPLATE/config.yml'));
  expect([links.map(({ url }: { url: string }) => url), blank]).toEqual([[report], false]);
});
