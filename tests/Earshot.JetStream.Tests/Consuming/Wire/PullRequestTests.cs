using System.Text;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The JSON of pull requests: only what is set.</summary>
public sealed class PullRequestTests
{
    [Fact]
    public void Pull_request_contains_batch_expiry_and_heartbeat() => Assert.Equal(
        """{"batch":10,"expires":30000000000,"idle_heartbeat":5000000000}""",
        Write(new PullAsk(10, 0, 30 * TimeSpan.TicksPerSecond, 5 * TimeSpan.TicksPerSecond, false)));

    [Fact]
    public void Longest_expiry_remains_one() => Assert.Equal("""{"batch":1,"expires":3153600000000000000}""", Write(new PullAsk(1, 0, TimeSpan.MaxValue.Ticks, 0, false)));

    [Fact]
    public void Pull_request_without_waiting_has_no_expiry() => Assert.Equal("""{"batch":3,"no_wait":true}""", Write(new PullAsk(3, 0, 0, 0, true)));

    [Fact]
    public void Pull_request_with_a_byte_limit_contains_max_bytes() =>
        Assert.Equal("""{"batch":1000000,"expires":100,"max_bytes":4096}""", Write(new PullAsk(1_000_000, 4096, 1, 0, false)));

    [Fact]
    public void Unset_fields_of_a_priority_group_are_not_sent() => Assert.Equal(
        """{"batch":1,"expires":100,"group":"jobs"}""", Write(new PullAsk(1, 0, 1, 0, false), new NatsJSPriorityGroupOpts { Group = "jobs" }));

    [Fact]
    public void Set_fields_of_a_priority_group_and_the_pin_are_sent() => Assert.Equal(
        """{"batch":1,"expires":100,"group":"a\u0022b","min_pending":5,"min_ack_pending":6,"priority":7,"id":"pin-1"}""",
        Write(new PullAsk(1, 0, 1, 0, false), new NatsJSPriorityGroupOpts { Group = "a\"b", MinPending = 5, MinAckPending = 6, Priority = 7 }, "pin-1"));

    private static string Write(PullAsk ask, NatsJSPriorityGroupOpts? opts = null, string? pin = null)
    {
        byte[] group = PullRequest.Group(opts);
        byte[] room = new byte[PullRequest.MaxLength(group, pin)];
        return Encoding.UTF8.GetString(room, 0, PullRequest.Write(room, ask, group, pin));
    }
}
