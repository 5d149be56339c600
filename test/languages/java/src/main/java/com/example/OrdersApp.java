package com.example;

import io.github.cdkmultiregion.ApiAuthorization;
import io.github.cdkmultiregion.ApiDomainProps;
import io.github.cdkmultiregion.GlobalEventBus;
import io.github.cdkmultiregion.GlobalTable;
import io.github.cdkmultiregion.HttpMethod;
import io.github.cdkmultiregion.JwtAuthorizationProps;
import io.github.cdkmultiregion.MultiRegionApi;
import io.github.cdkmultiregion.MultiRegionFunction;
import io.github.cdkmultiregion.MultiRegionSystem;
import io.github.cdkmultiregion.ReplicatedWorkflow;
import io.github.cdkmultiregion.RouteOptions;
import io.github.cdkmultiregion.WorkflowDefinition;
import io.github.cdkmultiregion.WorkflowDefinitionOptions;
import io.github.cdkmultiregion.WorkflowTrigger;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.lambda.Runtime;

public final class OrdersApp {
    public static void main(final String[] args) {
        App app = new App();
        MultiRegionSystem system = MultiRegionSystem.Builder.create(app, "Orders")
            .primaryRegion("ap-southeast-2")
            .secondaryRegions(List.of("us-west-2", "eu-west-1"))
            .build();

        // state and events, in every region
        GlobalTable orders = GlobalTable.Builder.create(system, "OrdersTable")
            .partitionKey(Attribute.builder().name("pk").type(AttributeType.STRING).build())
            .build();
        GlobalEventBus bus = GlobalEventBus.Builder.create(system, "Bus").archiveRetention(Duration.days(30)).build();

        // code, in every region; names are equal everywhere, so the environment is a plain string
        MultiRegionFunction placeOrder = MultiRegionFunction.Builder.create(system, "PlaceOrder")
            .codePath("handlers/place_order")
            .runtime(Runtime.PYTHON_3_13)
            .environment(Map.of("TABLE_NAME", orders.getTableName(), "BUS_NAME", bus.getEventBusName()))
            .build();
        orders.grantReadWriteData(placeOrder);
        bus.grantPutEvents(placeOrder);

        // a workflow, in the region where its event was published, once per order
        MultiRegionFunction charge = MultiRegionFunction.Builder.create(system, "Charge")
            .codePath("handlers/charge")
            .runtime(Runtime.PYTHON_3_13)
            .build();
        ReplicatedWorkflow.Builder.create(system, "Fulfilment")
            .definition(WorkflowDefinition.fromFile("fulfilment.asl.json",
                WorkflowDefinitionOptions.builder().functions(Map.of("Charge", charge)).build()))
            .trigger(WorkflowTrigger.builder()
                .bus(bus)
                .eventPattern(EventPattern.builder().detailType(List.of("OrderPlaced")).build())
                .idempotencyKeyPath("$.detail.orderId")
                .build())
            .build();

        // the front
        MultiRegionApi api = MultiRegionApi.Builder.create(system, "Api")
            .domain(ApiDomainProps.builder()
                .hostedZoneId("Z0123456789ABCDEFGHIJ")
                .zoneName("example.com")
                .domainName("api.example.com")
                .build())
            .authorization(ApiAuthorization.jwt(JwtAuthorizationProps.builder()
                .issuer("https://login.example.com")
                .audience(List.of("orders"))
                .build()))
            .build();
        api.addRoute(HttpMethod.POST, "/orders", placeOrder, RouteOptions.builder().scopes(List.of("orders:write")).build());

        app.synth();
    }

    private OrdersApp() {
    }
}
