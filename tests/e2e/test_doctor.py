"""A healthy stack has nothing that fails, and the signed test leaves no event behind."""

import msgspec

from operations.doctor.finding import Finding
from tests.e2e.stack_process import StackProcess


def test_the_doctor_finds_a_stack_in_health(stack: StackProcess) -> None:
    before = stack.run("sql", "--stack", str(stack.file), "SELECT count() FROM dead_letters")
    done = stack.run("doctor", "--stack", str(stack.file), "--json")
    assert done.returncode == 0, done.stdout
    findings = msgspec.json.decode(done.stdout, type=list[Finding])
    assert {each.check for each in findings if each.grade != "ok"} == {"notifier.config"}
    seen = [each.seen for each in findings]
    assert f"{stack.info.ingest} refuses what nobody signed" in seen
    groups = [each.seen for each in findings if each.check == "kafka.groups"]
    assert len(groups) == 5
    assert stack.info.auth_token not in done.stdout
    after = stack.run("sql", "--stack", str(stack.file), "SELECT count() FROM dead_letters")
    assert after.stdout == before.stdout
