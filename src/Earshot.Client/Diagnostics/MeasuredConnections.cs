using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Earshot.Diagnostics;

/// <summary>
/// The connections whose journals are measured, for the instruments that read a value instead of counting events. Connections of the same
/// name are one series. A connection is in it from the first event with a listener to its end.
/// </summary>
internal static class MeasuredConnections
{
    private static ImmutableList<IMeasuredConnection> s_connections = [];

    public static void Add(IMeasuredConnection connection) => ImmutableInterlocked.Update(ref s_connections, static (all, added) => all.Add(added), connection);

    public static void Remove(IMeasuredConnection connection) => ImmutableInterlocked.Update(ref s_connections, static (all, removed) => all.Remove(removed), connection);

    public static IEnumerable<Measurement<long>> SentBytes() => Sum(static connection => connection.Stats.SentBytes);

    public static IEnumerable<Measurement<long>> ReceivedBytes() => Sum(static connection => connection.Stats.ReceivedBytes);

    public static IEnumerable<Measurement<long>> Subscriptions() => Sum(static connection => connection.Stats.SubscriptionCount);

    public static IEnumerable<Measurement<long>> PendingDeliveries() => Sum(static connection => connection.PendingDeliveries);

    public static IEnumerable<Measurement<long>> States() => s_connections
        .GroupBy(static connection => (connection.Name, connection.State))
        .Select(static group => new Measurement<long>(group.Count(), Name(group.Key.Name), new("state", group.Key.State)));

    private static IEnumerable<Measurement<long>> Sum(Func<IMeasuredConnection, long> value) => s_connections
        .GroupBy(static connection => connection.Name)
        .Select(group => new Measurement<long>(group.Sum(value), Name(group.Key)));

    private static KeyValuePair<string, object?> Name(string name) => new(TelemetryNames.ConnectionName, name);
}
