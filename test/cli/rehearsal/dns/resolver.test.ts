import { Resolver } from '../../../../cli/rehearsal/dns/resolver';
import { Endpoint } from '../../../../cli/rehearsal/dns/zone';

const at = (region: string): Endpoint => ({ region, host: 'api.example.com' });

test('an answer is kept for its time to live, and no longer', () => {
  let now = 1000;
  let region = 'a';
  const resolver = new Resolver(() => at(region), 60, () => now, () => 0);
  expect(resolver.resolve('api.example.com')).toEqual(at('a'));
  region = 'b';
  now = 1059;
  expect(resolver.resolve('api.example.com')).toEqual(at('a'));
  now = 1060;
  expect(resolver.resolve('api.example.com')).toEqual(at('b'));
});

test('the first answer is already of some age, which no later one is', () => {
  let now = 1000;
  let region = 'a';
  const resolver = new Resolver(() => at(region), 60, () => now, () => 0.75);
  const seen = [1000, 1014, 1015, 1074, 1075].map((time, i) => {
    now = time;
    region = 'abcde'[i];
    return resolver.resolve('api.example.com').region;
  });
  expect(seen).toEqual(['a', 'a', 'c', 'c', 'e']);
});

test('each name is kept by itself', () => {
  const resolver = new Resolver(name => at(name), 60, () => 0, () => 0);
  expect(['a', 'b', 'a'].map(name => resolver.resolve(name).region)).toEqual(['a', 'b', 'a']);
});

test('throws without an answer, and asks again the next time', () => {
  let endpoint: Endpoint | undefined;
  const resolver = new Resolver(() => endpoint, 60, () => 0, () => 0);
  expect(() => resolver.resolve('api.example.com')).toThrow('no answer for api.example.com');
  endpoint = at('a');
  expect(resolver.resolve('api.example.com')).toEqual(at('a'));
});
