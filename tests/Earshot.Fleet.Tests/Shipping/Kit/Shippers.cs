using Earshot.Fleet.Streams;
using Earshot.JetStream;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping;

/// <summary>Shippers whose delays are short, and the stream that they ship to.</summary>
internal static class Shippers
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static NatsJournalShippingOptions Options(string service = "orders-api") => new()
    {
        Service = service,
        Instance = "p1",
        Linger = TimeSpan.FromMilliseconds(10),
        MaxStartDelay = TimeSpan.Zero,
        MinBackOff = TimeSpan.FromMilliseconds(10),
        CloseTimeout = Limit,
    };

    public static async Task<INatsJSStream> CreateStreamAsync(string url, string subjects = FleetSubjects.AllJournals, Func<StreamConfig, StreamConfig>? change = null)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = url });
        StreamConfig config = new(FleetSubjects.JournalStream, [subjects]) { Storage = StreamConfigStorage.Memory, AllowDirect = true };
        return await new NatsJSContext(connection).CreateStreamAsync(change?.Invoke(config) ?? config, Token);
    }

    /// <summary>Reads all messages of the stream.</summary>
    public static async Task<(Receiver Receiver, IReadOnlyList<string> Subjects)> ReadAsync(string url)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = url });
        INatsJSStream stream = await new NatsJSContext(connection).GetStreamAsync(FleetSubjects.JournalStream, cancellationToken: Token);
        var receiver = new Receiver();
        var subjects = new List<string>();
        for (ulong sequence = 1; sequence <= stream.Info.State.LastSeq; sequence++)
        {
            NatsMsg<byte[]> message = await stream.GetDirectAsync<byte[]>(new StreamMsgGetRequest { Seq = sequence }, cancellationToken: Token);
            receiver.Store($"{sequence}", message.Data!);
            subjects.Add(message.Headers!["Nats-Subject"].ToString());
        }

        return (receiver, subjects);
    }
}
