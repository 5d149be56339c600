import contextlib
import io
import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME, STATE
from local_region import cloudformation, settings, time_scale
from local_region.durations import Durations

VARIABLES = {"TAKEOVER_AFTER_SECONDS": "300", "BEAT_SECONDS": "60", "TABLE_NAME": "t"}


def function(**named: str) -> dict:
    return {**named, "Timeout": 60, "Environment": {"Variables": VARIABLES}}


class DurationsOfFunctions(unittest.TestCase):
    def scaled(self, environment: dict, properties: dict) -> dict:
        scale = time_scale.TimeScale(20, Durations(environment))
        return scale.scaled(properties, "Sweeper1A", "orders")["Environment"]["Variables"]

    def test_only_what_is_declared_is_divided(self):
        self.assertEqual(
            self.scaled({"sweeper": ("BEAT_SECONDS",)}, function(FunctionName="sweeper")),
            VARIABLES | {"BEAT_SECONDS": "3"},
        )
        self.assertEqual(self.scaled({"other": ("BEAT_SECONDS",)}, function(FunctionName="sweeper")), VARIABLES)

    def test_a_function_without_a_name_is_known_by_its_logical_id(self):
        declared = {"orders/Sweeper1A": ("BEAT_SECONDS",)}
        self.assertEqual(self.scaled(declared, function()), VARIABLES | {"BEAT_SECONDS": "3"})
        self.assertEqual(self.scaled({"others/Sweeper1A": ("BEAT_SECONDS",)}, function()), VARIABLES)

    def test_a_star_stands_for_any_name(self):
        self.assertEqual(
            self.scaled({"*": ("*_SECONDS",)}, function()),
            VARIABLES | {"BEAT_SECONDS": "3", "TAKEOVER_AFTER_SECONDS": "15"},
        )

    def test_nothing_is_scaled_without_declaration(self):
        for properties in (function(FunctionName="sweeper"), {}, {"Environment": {}}):
            self.assertIs(time_scale.TimeScale(20, Durations()).scaled(properties, "S", "orders"), properties)

    def test_what_is_declared_has_to_be_a_number(self):
        with self.assertRaisesRegex(ValueError, "TABLE_NAME of sweeper is declared as a duration, and is no number: 't'"):
            self.scaled({"sweeper": ("TABLE_NAME",)}, function(FunctionName="sweeper"))

    def test_a_deployment_is_scaled_when_it_is_made_and_when_it_is_changed(self):
        made: list[dict] = []
        handler = {
            "create": lambda logical_id, properties, stack: made.append(properties),
            "update": lambda physical_id, old, new, stack, logical_id: made.append(new),
        }
        with mock.patch.dict(cloudformation.HANDLERS.get(), {"AWS::Lambda::Function": handler}):
            installed(20, Durations({"orders/Sweeper1A": ("BEAT_SECONDS",)}), self)
            handler["create"]("Sweeper1A", function(), "orders")
            handler["update"]("orders-Sweeper1A", function(), function(), "orders", "Sweeper1A")
        self.assertEqual([each["Environment"]["Variables"]["BEAT_SECONDS"] for each in made], ["3", "3"])


class RatesOfSchedules(unittest.TestCase):
    def setUp(self):
        from ministack.services import eventbridge, scheduler
        from ministack.services.cloudformation import _stacks

        self.eventbridge, self.scheduler = eventbridge, scheduler
        self.fired: list[str] = []
        for store in (eventbridge._rules, scheduler._schedules, _stacks):
            self.addCleanup(store.clear)
        self.stacks = _stacks
        for patch in (
            mock.patch.dict(eventbridge._rule_last_fired, clear=True),
            mock.patch.dict(scheduler._schedule_last_fired, clear=True),
            mock.patch.object(
                eventbridge, "_invoke_target", lambda target, event, rule, view=None: self.fired.append(rule["Arn"])
            ),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        self.now = 1_000_000.0

    def rule(self, name: str) -> None:
        key = f"{name}|default"
        self.eventbridge._rules[key] = {
            "Name": name, "Arn": f"arn:aws:events:{HOME}:{ACCOUNT}:rule/{name}", "State": "ENABLED",
            "ScheduleExpression": "rate(1 minute)", "CreationTime": self.now,
        }  # fmt: skip
        self.eventbridge._targets[key] = [{"Id": "1", "Arn": "arn"}]

    def schedule(self, name: str) -> None:
        self.scheduler._schedules[f"default/{name}"] = {
            "Name": name, "GroupName": "default", "State": "ENABLED", "ScheduleExpression": "rate(1 minute)",
            "Arn": f"arn:aws:scheduler:{HOME}:{ACCOUNT}:schedule/default/{name}", "CreationDate": self.now,
            "Target": {"Arn": f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:beat"},
        }  # fmt: skip

    def after(self, seconds: float) -> list[str]:
        self.fired.clear()
        now = self.now + seconds
        with (
            mock.patch.object(self.eventbridge, "_now_ts", lambda: now),
            mock.patch.object(self.scheduler.time, "time", lambda: now),
        ):
            self.eventbridge._tick_scheduled_rules()
            self.scheduler._tick_schedules()
        return sorted(arn.rpartition("/")[2] for arn in self.fired)

    def test_only_those_that_are_declared_are_faster(self):
        for name in ("declared", "other"):
            self.rule(name)
            self.schedule(f"{name}-schedule")
        installed(20, Durations(schedules=("declared", "declared-schedule")), self)
        self.assertEqual(self.after(4), ["declared", "declared-schedule"])
        self.assertEqual(self.after(61), ["declared", "declared-schedule", "other", "other-schedule"])

    def test_one_without_a_name_is_known_by_its_logical_id(self):
        self.rule("orders-Beat-X1")
        self.rule("others-Beat-X2")
        for stack, name in (("orders", "orders-Beat-X1"), ("others", "others-Beat-X2")):
            resource = {"ResourceType": "AWS::Events::Rule", "PhysicalResourceId": name}
            self.stacks[stack] = {"_resources": {"Beat": resource}}
        installed(20, Durations(schedules=("orders/Beat",)), self)
        self.assertEqual(self.after(4), ["orders-Beat-X1"])

    def test_the_expression_stays_as_the_template_has_it(self):
        self.rule("declared")
        installed(20, Durations(schedules=("declared",)), self)
        self.after(4)
        self.assertEqual(json.dumps(self.eventbridge._rules["declared|default"]["ScheduleExpression"]), '"rate(1 minute)"')

    def test_rules_are_looked_at_every_second(self):
        installed(20, Durations(), self)
        self.assertEqual(self.eventbridge._SCHEDULER_TICK_INTERVAL, 1)


class DurationsFile(unittest.TestCase):
    def parse(self, content: str) -> settings.Settings:
        file = STATE / "durations.json"
        file.write_text(content)
        required = ("--region", "us-west-2", "--port", "4571", "--state", "/tmp/state")
        return settings.parse([*required, "--durations", str(file)])

    def test_names_of_variables_and_schedules(self):
        chosen = self.parse('{"environment": {"sweeper": ["BEAT_SECONDS"]}, "schedules": ["orders/Beat"]}')
        self.assertEqual(chosen.durations, Durations({"sweeper": ("BEAT_SECONDS",)}, ("orders/Beat",)))

    def test_what_makes_no_sense_is_refused_with_one_line(self):
        for content in (
            "", "[]", '{"rates": []}', '{"environment": []}', '{"schedules": "x"}', '{"schedules": [1]}',
            '{"environment": {"f": "X"}}',
        ):  # fmt: skip
            error = io.StringIO()
            with self.subTest(content), contextlib.redirect_stderr(error), self.assertRaises(SystemExit):
                self.parse(content)
            self.assertRegex(error.getvalue().splitlines()[-1], "argument --durations: .*durations.json is ")


def installed(scale: float, durations: Durations, test: unittest.TestCase) -> None:
    """Until the test is over."""
    seams = (time_scale.RATE_SECONDS, time_scale.TICK_RULES, time_scale.TICK_SCHEDULES, time_scale.SECONDS_BETWEEN_TICKS)
    for seam in seams:
        original = seam.get()
        test.addCleanup(seam.wrap, lambda changed, original=original: original)
    time_scale.TimeScale(scale, durations).install()


if __name__ == "__main__":
    unittest.main()
