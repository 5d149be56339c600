using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Lambda;
using CdkMultiRegion;

var app = new App();
var system = new MultiRegionSystem(app, "Orders", new MultiRegionSystemProps
{
    PrimaryRegion = "ap-southeast-2",
    SecondaryRegions = new[] { "us-west-2", "eu-west-1" },
});

// state and events, in every region
var orders = new GlobalTable(system, "OrdersTable", new GlobalTableProps
{
    PartitionKey = new Attribute { Name = "pk", Type = AttributeType.STRING },
});
var bus = new GlobalEventBus(system, "Bus", new GlobalEventBusProps { ArchiveRetention = Duration.Days(30) });

// code, in every region; names are equal everywhere, so the environment is a plain string
var placeOrder = new MultiRegionFunction(system, "PlaceOrder", new MultiRegionFunctionProps
{
    CodePath = "handlers/place_order",
    Runtime = Runtime.PYTHON_3_13,
    Environment = new Dictionary<string, string> { ["TABLE_NAME"] = orders.TableName, ["BUS_NAME"] = bus.EventBusName },
});
orders.GrantReadWriteData(placeOrder);
bus.GrantPutEvents(placeOrder);

// a workflow, in the region where its event was published, once per order
var charge = new MultiRegionFunction(system, "Charge", new MultiRegionFunctionProps
{
    CodePath = "handlers/charge",
    Runtime = Runtime.PYTHON_3_13,
});
new ReplicatedWorkflow(system, "Fulfilment", new ReplicatedWorkflowProps
{
    Definition = WorkflowDefinition.FromFile("fulfilment.asl.json", new WorkflowDefinitionOptions
    {
        Functions = new Dictionary<string, IMultiRegionFunction> { ["Charge"] = charge },
    }),
    Trigger = new WorkflowTrigger
    {
        Bus = bus,
        EventPattern = new EventPattern { DetailType = new[] { "OrderPlaced" } },
        IdempotencyKeyPath = "$.detail.orderId",
    },
});

// the front
var api = new MultiRegionApi(system, "Api", new MultiRegionApiProps
{
    Domain = new ApiDomainProps { HostedZoneId = "Z0123456789ABCDEFGHIJ", ZoneName = "example.com", DomainName = "api.example.com" },
    Authorization = ApiAuthorization.Jwt(new JwtAuthorizationProps { Issuer = "https://login.example.com", Audience = new[] { "orders" } }),
});
api.AddRoute(HttpMethod.POST, "/orders", placeOrder, new RouteOptions { Scopes = new[] { "orders:write" } });

app.Synth();
