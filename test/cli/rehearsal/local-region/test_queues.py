import asyncio
import threading
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import event_loop, queues

ARN = f"arn:aws:sqs:{HOME}:{ACCOUNT}:orders"


class Queues(unittest.TestCase):
    def setUp(self):
        from ministack.services import sqs

        self.sqs = sqs
        sqs.reset()
        self.addCleanup(sqs.reset)
        self.url = sqs._act_create_queue({"QueueName": "orders"}, "")["QueueUrl"]

    def test_a_service_sends_with_attributes(self):
        queues.send(ARN, "body", {"ERROR_CODE": "NO_RESOURCE"})
        (message,) = self.sqs._queues[self.url]["messages"]
        self.assertEqual(message["body"], "body")
        self.assertEqual(
            message["message_attributes"], {"ERROR_CODE": {"DataType": "String", "StringValue": "NO_RESOURCE"}}
        )

    def test_a_queue_that_is_gone_is_said_to_be(self):
        self.assertTrue(queues.exists(ARN))
        self.assertFalse(queues.exists(f"{ARN}-gone"))
        with self.assertRaises(queues.NoSuchQueue):
            queues.send(f"{ARN}-gone", "body")

    def test_what_is_older_than_the_retention_is_dropped(self):
        self.sqs._act_set_queue_attributes(
            {"QueueUrl": self.url, "Attributes": {"MessageRetentionPeriod": "60"}}, self.url
        )
        for age in (61, 30):
            queues.send(ARN, f"{age} seconds old")
            self.sqs._queues[self.url]["messages"][-1]["sent_at"] -= age
        received = asyncio.run(self.sqs._act_receive_message({"QueueUrl": self.url, "MaxNumberOfMessages": 10}, ""))
        self.assertEqual([message["Body"] for message in received["Messages"]], ["30 seconds old"])

    def test_all_threads_use_them_on_the_event_loop(self):
        threads = []
        for seam in (queues.SEND, queues.RECEIVE, queues.DELETE):
            patch = mock.patch(f"{seam.module}.{seam.name}", lambda *_: threads.append(threading.current_thread()))
            patch.start()
            self.addCleanup(patch.stop)
        queues.install()

        async def main() -> None:
            with mock.patch("ministack.app._MAIN_LOOP", asyncio.get_running_loop()):
                for seam in (queues.SEND, queues.RECEIVE, queues.DELETE):
                    await asyncio.to_thread(seam.get(), self.url, 10)

        asyncio.run(main())
        self.assertEqual(threads, [threading.current_thread()] * 3)


class EventLoop(unittest.TestCase):
    def test_on_the_loop_and_without_one_a_call_is_an_ordinary_one(self):
        self.assertEqual(event_loop.run(max, 1, 2), 2)

        async def main() -> int:
            with mock.patch("ministack.app._MAIN_LOOP", asyncio.get_running_loop()):
                return event_loop.run(max, 1, 2)

        self.assertEqual(asyncio.run(main()), 2)


if __name__ == "__main__":
    unittest.main()
