import json
import os
import uuid

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
events = boto3.client("events")


def handler(event, context):
    order_id = str(uuid.uuid4())
    table.put_item(Item={"pk": order_id, "order": event["body"]})
    events.put_events(Entries=[{
        "EventBusName": os.environ["BUS_NAME"],
        "Source": "orders",
        "DetailType": "OrderPlaced",
        "Detail": json.dumps({"orderId": order_id}),
    }])
    return {"statusCode": 201, "body": json.dumps({"orderId": order_id})}
