using System.Net;
using System.Reflection;
using Earshot.Events;

namespace Earshot.Client.Tests.Events.Catalogue;

/// <summary>One event of each kind with every member set to something that is not its default.</summary>
internal static class Samples
{
    public static NatsConnectionEvent Make(NatsEventKind kind) =>
        (NatsConnectionEvent)Make(typeof(NatsConnectionEvent).Assembly.GetType($"Earshot.Nats{kind}Event", throwOnError: true)!);

    public static object Make(Type type)
    {
        object made = Activator.CreateInstance(type)!;
        foreach (PropertyInfo? property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null))
        {
            if (property.DeclaringType == typeof(NatsConnectionEvent) && property.Name is not "RepeatCount" and not "Sequence")
            {
                continue;
            }

            property.SetValue(made, Value(property.PropertyType));
        }

        return made;
    }

    private static object? Value(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        }

        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 8L,
            _ when type == typeof(ulong) => 9UL,
            _ when type == typeof(double) => 0.5,
            _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(1234),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero),
            _ when type == typeof(Uri) => new Uri("nats://a:4222"),
            _ when type == typeof(EndPoint) => new IPEndPoint(IPAddress.Loopback, 4222),
            _ when type == typeof(Exception) => new RecordedException("System.IO.IOException", "broken"),
            _ when type == typeof(INatsSub) => new RecordedSub("3", "a.>", "q"),
            _ when type == typeof(NatsServer) => JournalRig.ServerA,
            _ when type == typeof(NatsServerInfo) => new NatsServerInfo { Id = "S1", Version = "2.14.3" },
            _ when type == typeof(NatsServerError) => new NatsServerError { Code = NatsServerErrorCode.StaleConnection, Text = "Stale Connection" },
            _ when type == typeof(NatsConnectTimings) => new NatsConnectTimings { Tcp = TimeSpan.FromMilliseconds(3), Total = TimeSpan.FromMilliseconds(9) },
            _ when type == typeof(NatsStats) => new NatsStats(1, 2, 3, 4, 5, 6) { Reconnects = 9 },
            _ when type == typeof(NatsLossWindow) => new NatsLossWindow(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1)),
            _ when type == typeof(NatsForceReconnectOptions) => new NatsForceReconnectOptions { Reason = "why" },
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>("PING"u8.ToArray()),
            _ when type == typeof(NatsConnectionEvent) => new NatsPingSentEvent { Outstanding = 2 },
            _ when type == typeof(IReadOnlyList<Uri>) => new[] { new Uri("nats://a:4222") },
            _ when type == typeof(IReadOnlyList<NatsServer>) => new[] { JournalRig.ServerA },
            _ when type == typeof(IReadOnlyList<INatsSub>) => new INatsSub[] { new RecordedSub("3", "a.>", null) },
            _ when type == typeof(IReadOnlyList<NatsDrainRemainder>) => new[] { new NatsDrainRemainder("3", "a", 4) },
            _ when type == typeof(IReadOnlyDictionary<string, string>) => new Dictionary<string, string> { ["protocol"] = "Tls13" },
            _ when type == typeof(IReadOnlyDictionary<NatsEventKind, int>) => new Dictionary<NatsEventKind, int> { [NatsEventKind.PingSent] = 3 },
            _ => throw new NotSupportedException($"A sample of {type} is missing."),
        };
    }
}
