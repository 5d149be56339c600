"""What the team had: it takes an order, and stores it once however often it is sent."""

import json
import os

import boto3
from botocore.config import Config

REGION = os.environ["AWS_REGION"]
CONFIG = Config(connect_timeout=0.7, read_timeout=1.5, retries={"total_max_attempts": 2})
table = boto3.client("dynamodb", config=CONFIG)
events = boto3.client("events", config=CONFIG)


def handler(event, context):
    order, customer = (json.loads(event["body"])[name] for name in ("order", "customer"))
    item = {"order": order, "kind": "placed", "customer": customer, "region": REGION}
    try:
        table.put_item(
            TableName=os.environ["TABLE_NAME"],
            Item={name: {"S": value} for name, value in item.items()},
            ConditionExpression="attribute_not_exists(kind)",
        )
    except table.exceptions.ConditionalCheckFailedException:
        pass
    # by the region, changes are published once
    table.put_item(TableName=os.environ["CUSTOMERS_NAME"], Item={"customer": {"S": customer}, "region": {"S": REGION}})
    # the team's own bus, as it was before there was a second region
    entry = {
        "EventBusName": os.environ["BUS_NAME"], "Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps(item)
    }
    if events.put_events(Entries=[entry])["FailedEntryCount"]:
        raise RuntimeError("the event was not taken")
    return {"statusCode": 201, "body": json.dumps({"order": order, "region": REGION})}
