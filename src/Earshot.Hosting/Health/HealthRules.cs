using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Earshot.Hosting.Health;

/// <summary>The health of a connection as a pure function of its facts.</summary>
internal static class HealthRules
{
    public static HealthCheckResult Judge(HealthFacts facts, TimeSpan grace, HealthStatus failure)
    {
        (HealthStatus status, string description) = facts.State switch
        {
            NatsConnectionState.Failed => (failure, Because(facts, "the connection has failed")),
            NatsConnectionState.Closed when facts.IsOver => (failure, Because(facts, "the connection is closed")),
            NatsConnectionState.Closed => (HealthStatus.Degraded, "the connection has not been used yet"),
            NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers => (HealthStatus.Degraded, "the connection is draining"),
            NatsConnectionState.Open => Open(facts),
            _ => Away(facts, grace, failure),
        };
        return new HealthCheckResult(status, description, data: Report(facts));
    }

    private static (HealthStatus Status, string Description) Open(HealthFacts facts) =>
        facts.IsServerLeaving ? (HealthStatus.Degraded, $"{facts.Server} is in lame duck mode, and no other server is known")
        : facts.SlowConsumers > 0 ? (HealthStatus.Degraded, $"{facts.SlowConsumers} {(facts.SlowConsumers == 1 ? "subscription drops" : "subscriptions drop")} messages (slow consumer)")
        : (HealthStatus.Healthy, $"connected to {facts.Server}");

    private static (HealthStatus Status, string Description) Away(HealthFacts facts, TimeSpan grace, HealthStatus failure)
    {
        TimeSpan outage = facts.Outage ?? TimeSpan.Zero;
        bool isWithin = outage < grace;
        string what = facts.State == NatsConnectionState.Reconnecting ? "reconnecting" : "connecting";
        string text = string.Create(CultureInfo.InvariantCulture, $"{what} for {outage.TotalSeconds:0.#} s, {(isWithin ? "within" : "longer than")} the grace period of {grace.TotalSeconds:0.#} s");
        return (isWithin ? HealthStatus.Degraded : failure, Because(facts, text));
    }

    private static string Because(HealthFacts facts, string text) => facts.LastError is { } error ? $"{text}: {error}" : text;

    private static Dictionary<string, object> Report(HealthFacts facts)
    {
        Dictionary<string, object> data = new()
        {
            ["connection"] = facts.Connection,
            ["state"] = facts.State.ToString(),
            ["reconnects"] = facts.Reconnects,
            ["slowConsumers"] = facts.SlowConsumers,
        };
        Add(data, "server", facts.Server);
        Add(data, "rtt", facts.Rtt);
        Add(data, "outage", facts.Outage);
        Add(data, "lastError", facts.LastError);
        Add(data, "credentialsExpireAt", facts.CredentialsExpireAt);
        return data;
    }

    private static void Add(Dictionary<string, object> data, string name, object? value)
    {
        if (value is not null)
        {
            data[name] = value;
        }
    }
}
