from aws_cdk import App, Duration
from aws_cdk.aws_dynamodb import Attribute, AttributeType
from aws_cdk.aws_events import EventPattern
from aws_cdk.aws_lambda import Runtime
from cdk_multi_region import (
    ApiAuthorization,
    ApiDomainProps,
    GlobalEventBus,
    GlobalTable,
    HttpMethod,
    MultiRegionApi,
    MultiRegionFunction,
    MultiRegionSystem,
    ReplicatedWorkflow,
    WorkflowDefinition,
    WorkflowTrigger,
)

app = App()
system = MultiRegionSystem(
    app,
    "Orders",
    primary_region="ap-southeast-2",
    secondary_regions=["us-west-2", "eu-west-1"],
)

# state and events, in every region
orders = GlobalTable(
    system, "OrdersTable", partition_key=Attribute(name="pk", type=AttributeType.STRING)
)
bus = GlobalEventBus(system, "Bus", archive_retention=Duration.days(30))

# code, in every region; names are equal everywhere, so the environment is a plain string
place_order = MultiRegionFunction(
    system,
    "PlaceOrder",
    code_path="handlers/place_order",
    runtime=Runtime.PYTHON_3_13,
    environment={"TABLE_NAME": orders.table_name, "BUS_NAME": bus.event_bus_name},
)
orders.grant_read_write_data(place_order)
bus.grant_put_events(place_order)

# a workflow, in the region where its event was published, once per order
charge = MultiRegionFunction(
    system, "Charge", code_path="handlers/charge", runtime=Runtime.PYTHON_3_13
)
ReplicatedWorkflow(
    system,
    "Fulfilment",
    definition=WorkflowDefinition.from_file("fulfilment.asl.json", functions={"Charge": charge}),
    trigger=WorkflowTrigger(
        bus=bus,
        event_pattern=EventPattern(detail_type=["OrderPlaced"]),
        idempotency_key_path="$.detail.orderId",
    ),
)

# the front
api = MultiRegionApi(
    system,
    "Api",
    domain=ApiDomainProps(
        hosted_zone_id="Z0123456789ABCDEFGHIJ",
        zone_name="example.com",
        domain_name="api.example.com",
    ),
    authorization=ApiAuthorization.jwt(issuer="https://login.example.com", audience=["orders"]),
)
api.add_route(HttpMethod.POST, "/orders", place_order, scopes=["orders:write"])

app.synth()
