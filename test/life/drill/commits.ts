import { Edit } from './repository';

/** Where the application lives at first, and the region that joins. */
export const [PRIMARY, SECONDARY, THIRD] = ['ap-southeast-2', 'us-west-2', 'eu-west-1'];

/** What the drill's own route, which only those with a token may use, is asked. */
export const RECEIPTS = '/receipts';
/** Nobody has tokens of this issuer: all that the drill tries is to come without one. */
const AUTHORIZATION = (minutes: number) => `ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'], resultsCacheTtl: Duration.minutes(${minutes}) })`;
const ROUTE = "    api.addRoute(HttpMethod.GET, '/orders/{id}', getOrder);\n";

/** Changes of the application, as its team would make them. */
export const COMMITS = {
  code: [
    { file: 'handlers/get-order.ts', from: 'answeredBy: process.env.AWS_REGION', to: "answeredBy: process.env.AWS_REGION, edition: 'second'" },
  ],
  definition: [
    { file: 'fulfilment.asl.json', from: '"S": "SHIPPED"\n          },\n          "region"', to: '"S": "SHIPPED"\n          },\n          "edition": {\n            "S": "second"\n          },\n          "region"' },
  ],
  subscription: [
    {
      file: 'order-system.ts',
      from: '    // Fulfilment\n',
      to: `    bus.subscribe('Copy', {
      eventPattern: { source: ['orders'], detailType: ['OrderPlaced'] }, target: new MultiRegionQueue(this, 'Copies'), scope: SubscriptionScope.EVERY_REGION,
    });

    // Fulfilment
`,
    },
  ],
  alarm: [
    {
      file: 'order-system.ts', from: "    const getOrder = handler('GetOrder', 'get-order');\n", to: `    const getOrder = new MultiRegionFunction(this, 'GetOrder', {
      entry: join(__dirname, 'handlers', 'get-order.ts'),
      environment: { TABLE_NAME: orders.tableName, BUS_NAME: bus.eventBusName },
      alarmSettings: { errors: { threshold: 7 } },
    });
`,
    },
  ],
  route: [
    { file: 'order-system.ts', from: ROUTE, to: `${ROUTE}    api.addRoute(HttpMethod.GET, '${RECEIPTS}/{id}', getOrder, { authorization: ${AUTHORIZATION(5)} });\n` },
  ],
  authorizer: [{ file: 'order-system.ts', from: AUTHORIZATION(5), to: AUTHORIZATION(1) }],
  schema: [{ file: 'order-schema.ts', from: 'maxItems: 50', to: 'maxItems: 2' }],
  /** Fails for some orders only, as faults do. */
  faulty: [
    { file: 'handlers/get-order.ts', from: '  const id = event.pathParameters!.id!;\n', to: "  const id = event.pathParameters!.id!;\n  if (id.startsWith('unlucky')) throw new Error('out of luck');\n" },
  ],
  join: [{ file: 'app.ts', from: `secondaryRegions: ['${SECONDARY}'],`, to: `secondaryRegions: ['${SECONDARY}', '${THIRD}'],` }],
  retire: [{ file: 'app.ts', from: `secondaryRegions: ['${SECONDARY}', '${THIRD}'],`, to: `secondaryRegions: ['${SECONDARY}', '${THIRD}'],\n  retiringRegions: ['${THIRD}'],` }],
  leave: [{ file: 'app.ts', from: `secondaryRegions: ['${SECONDARY}', '${THIRD}'],\n  retiringRegions: ['${THIRD}'],`, to: `secondaryRegions: ['${SECONDARY}'],` }],
  deletable: [{ file: 'app.ts', from: `  primaryRegion: '${PRIMARY}',`, to: `  primaryRegion: '${PRIMARY}',\n  deletable: true,` }],
} satisfies Record<string, Edit[]>;
