import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { Account } from '../../../cli/rehearsal/telling/account';
import { DeployedRegion } from '../../../example-app/rehearsal/deployed-region';
import { checkHealth } from '../../../example-app/rehearsal/health';
import { OrderClient } from '../../../example-app/rehearsal/order-client';

describe('checkHealth', () => {
  let server: Server;
  afterEach(async () => new Promise(resolve => server.close(resolve)));

  async function check(status: number, body: object): Promise<Account> {
    server = createServer((_, answer) => answer.writeHead(status).end(JSON.stringify(body)));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const orders = new OrderClient({ address, host: 'us-west-2.example.com', signal: new AbortController().signal });
    const account = new Account();
    await checkHealth(account.section('Health'), { name: 'us-west-2', orders } as DeployedRegion);
    return account;
  }

  test('passes by the answer of the function of that region', async () => {
    expect((await check(200, { status: 'ok', region: 'us-west-2', version: '7' })).countLine()).toBe('1 passed, 0 failed');
  });

  test.each([
    ['an emulator that answers for it', 200, { services: { s3: 'available' }, edition: 'light' }],
    ['another region', 200, { status: 'ok', region: 'eu-west-1', version: '7' }],
    ['what is not a function', 200, { status: 'ok', region: 'us-west-2' }],
    ['a function that is not there', 500, { message: 'Internal server error' }],
  ])('fails by the answer of %s', async (_, status, body) => {
    expect((await check(status, body)).countLine()).toBe('0 passed, 1 failed');
  });
});
