package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	multiregion "github.com/cdk-multi-region/cdk-multi-region-go/cdkmultiregion"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	system := multiregion.NewMultiRegionSystem(app, jsii.String("Orders"), &multiregion.MultiRegionSystemProps{
		PrimaryRegion:    jsii.String("ap-southeast-2"),
		SecondaryRegions: jsii.Strings("us-west-2", "eu-west-1"),
	})

	// state and events, in every region
	orders := multiregion.NewGlobalTable(system, jsii.String("OrdersTable"), &multiregion.GlobalTableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("pk"), Type: awsdynamodb.AttributeType_STRING},
	})
	bus := multiregion.NewGlobalEventBus(system, jsii.String("Bus"), &multiregion.GlobalEventBusProps{
		ArchiveRetention: awscdk.Duration_Days(jsii.Number(30)),
	})

	// code, in every region; names are equal everywhere, so the environment is a plain string
	placeOrder := multiregion.NewMultiRegionFunction(system, jsii.String("PlaceOrder"), &multiregion.MultiRegionFunctionProps{
		CodePath:    jsii.String("handlers/place_order"),
		Runtime:     awslambda.Runtime_PYTHON_3_13(),
		Environment: &map[string]*string{"TABLE_NAME": orders.TableName(), "BUS_NAME": bus.EventBusName()},
	})
	orders.GrantReadWriteData(placeOrder)
	bus.GrantPutEvents(placeOrder)

	// a workflow, in the region where its event was published, once per order
	charge := multiregion.NewMultiRegionFunction(system, jsii.String("Charge"), &multiregion.MultiRegionFunctionProps{
		CodePath: jsii.String("handlers/charge"),
		Runtime:  awslambda.Runtime_PYTHON_3_13(),
	})
	multiregion.NewReplicatedWorkflow(system, jsii.String("Fulfilment"), &multiregion.ReplicatedWorkflowProps{
		Definition: multiregion.WorkflowDefinition_FromFile(jsii.String("fulfilment.asl.json"), &multiregion.WorkflowDefinitionOptions{
			Functions: &map[string]multiregion.IMultiRegionFunction{"Charge": charge},
		}),
		Trigger: &multiregion.WorkflowTrigger{
			Bus:                bus,
			EventPattern:       &awsevents.EventPattern{DetailType: jsii.Strings("OrderPlaced")},
			IdempotencyKeyPath: jsii.String("$.detail.orderId"),
		},
	})

	// the front
	api := multiregion.NewMultiRegionApi(system, jsii.String("Api"), &multiregion.MultiRegionApiProps{
		Domain: &multiregion.ApiDomainProps{
			HostedZoneId: jsii.String("Z0123456789ABCDEFGHIJ"),
			ZoneName:     jsii.String("example.com"),
			DomainName:   jsii.String("api.example.com"),
		},
		Authorization: multiregion.ApiAuthorization_Jwt(&multiregion.JwtAuthorizationProps{
			Issuer:   jsii.String("https://login.example.com"),
			Audience: jsii.Strings("orders"),
		}),
	})
	api.AddRoute(multiregion.HttpMethod_POST, jsii.String("/orders"), placeOrder, &multiregion.RouteOptions{
		Scopes: jsii.Strings("orders:write"),
	})

	app.Synth(nil)
}
