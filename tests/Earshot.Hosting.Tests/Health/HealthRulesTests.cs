using Earshot.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Earshot.Hosting.Tests.Health;

public sealed class HealthRulesTests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(NatsConnectionState.Open, null, HealthStatus.Healthy, "connected to nats://a:4222")]
    [InlineData(NatsConnectionState.Closed, null, HealthStatus.Degraded, "the connection has not been used yet")]
    [InlineData(NatsConnectionState.Connecting, 29.94, HealthStatus.Degraded, "connecting for 29.9 s, within the grace period of 30 s: refused")]
    [InlineData(NatsConnectionState.Connecting, 30.0, HealthStatus.Unhealthy, "connecting for 30 s, longer than the grace period of 30 s: refused")]
    [InlineData(NatsConnectionState.Reconnecting, 1.0, HealthStatus.Degraded, "reconnecting for 1 s, within the grace period of 30 s: refused")]
    [InlineData(NatsConnectionState.Reconnecting, 31.0, HealthStatus.Unhealthy, "reconnecting for 31 s, longer than the grace period of 30 s: refused")]
    [InlineData(NatsConnectionState.Failed, 1.0, HealthStatus.Unhealthy, "the connection has failed: refused")]
    [InlineData(NatsConnectionState.DrainingSubscriptions, 0.0, HealthStatus.Degraded, "the connection is draining")]
    [InlineData(NatsConnectionState.DrainingPublishers, 0.0, HealthStatus.Degraded, "the connection is draining")]
    public void Every_state_has_a_status_and_says_why(NatsConnectionState state, double? outage, HealthStatus status, string description)
    {
        HealthCheckResult result = HealthRules.Judge(Facts(state) with { Outage = outage is { } seconds ? TimeSpan.FromSeconds(seconds) : null, LastError = outage is null ? null : "refused" }, s_grace, HealthStatus.Unhealthy);
        Assert.Equal((status, description), (result.Status, result.Description));
    }

    [Fact]
    public void Closed_connection_is_unhealthy_only_when_it_has_ended()
    {
        HealthCheckResult result = HealthRules.Judge(Facts(NatsConnectionState.Closed) with { IsOver = true }, s_grace, HealthStatus.Unhealthy);
        Assert.Equal((HealthStatus.Unhealthy, "the connection is closed"), (result.Status, result.Description));
    }

    [Fact]
    public void Open_connection_is_degraded_when_its_only_server_leaves_or_messages_are_dropped()
    {
        HealthCheckResult leaving = HealthRules.Judge(Facts(NatsConnectionState.Open) with { IsServerLeaving = true }, s_grace, HealthStatus.Unhealthy);
        HealthCheckResult slow = HealthRules.Judge(Facts(NatsConnectionState.Open) with { SlowConsumers = 2 }, s_grace, HealthStatus.Unhealthy);
        Assert.Equal((HealthStatus.Degraded, "nats://a:4222 is in lame duck mode, and no other server is known"), (leaving.Status, leaving.Description));
        Assert.Equal((HealthStatus.Degraded, "2 subscriptions drop messages (slow consumer)"), (slow.Status, slow.Description));
    }

    [Fact]
    public void Data_contain_what_is_known()
    {
        var expiry = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        HealthFacts facts = Facts(NatsConnectionState.Reconnecting) with
        {
            Outage = TimeSpan.FromSeconds(3),
            Rtt = TimeSpan.FromMilliseconds(2),
            LastError = "refused",
            Reconnects = 4,
            SlowConsumers = 1,
            CredentialsExpireAt = expiry,
        };
        IReadOnlyDictionary<string, object> data = HealthRules.Judge(facts, s_grace, HealthStatus.Unhealthy).Data;
        Assert.Equal(
            ["connection=orders", "credentialsExpireAt=01/01/2030 00:00:00 +00:00", "lastError=refused", "outage=00:00:03", "reconnects=4", "rtt=00:00:00.0020000", "server=nats://a:4222", "slowConsumers=1", "state=Reconnecting"],
            data.Select(item => $"{item.Key}={item.Value}").Order(StringComparer.Ordinal));
    }

    private static HealthFacts Facts(NatsConnectionState state) => new() { Connection = "orders", State = state, Server = "nats://a:4222" };
}
