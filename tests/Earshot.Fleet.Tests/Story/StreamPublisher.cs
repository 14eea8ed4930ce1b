using System.Text;
using System.Text.Json;
using Earshot.JetStream;

namespace Earshot.Fleet.Tests.Story;

/// <summary>The streams of a fleet on a server, with the configuration that the design has, and the messages that shippers and a collector publish.</summary>
internal sealed class StreamPublisher(INatsConnection connection)
{
    private readonly NatsJSContext _context = new(connection);

    public static string JournalStream => "EARSHOT_JOURNAL";

    public static string ServersStream => "EARSHOT_SERVERS";

    public NatsJSContext Context => _context;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(JournalStream, "j", cancellationToken);
        await CreateAsync(ServersStream, "s", cancellationToken);
    }

    public async Task CreateAsync(string name, string kind, CancellationToken cancellationToken) => await _context.CreateStreamAsync(
        new StreamConfig(name, [$"earshot.v1.{kind}.>"])
        {
            Storage = StreamConfigStorage.File,
            Compression = StreamConfigCompression.S2,
            Discard = StreamConfigDiscard.Old,
            MaxAge = TimeSpan.FromDays(7),
            MaxBytes = 64 * 1024 * 1024,
            DuplicateWindow = TimeSpan.FromMinutes(2),
            AllowDirect = true,
            DenyDelete = true,
            Republish = new Republish { Src = $"earshot.v1.{kind}.>", Dest = $"earshot.live.{kind}.>" },
        },
        cancellationToken);

    /// <summary>Publishes records: each journal as batches on the subject of its connection, each record of a server on its own.</summary>
    public async Task PublishAsync(IEnumerable<FleetRecord> records, CancellationToken cancellationToken, string service = "orders-api", string instance = "i1")
    {
        using var lines = new MemoryStream();
        await FleetRecordFile.WriteAsync(records, lines, cancellationToken);
        var published = new List<Task>();
        foreach (string line in Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            published.Add(PublishAsync(SubjectOf(line, service, instance), line, cancellationToken));
        }

        await Task.WhenAll(published);
    }

    public async Task PublishAsync(string subject, string body, CancellationToken cancellationToken)
    {
        PubAckResponse ack = await _context.PublishAsync(subject, Encoding.UTF8.GetBytes(body), NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken);
        ack.EnsureSuccess();
    }

    private static string SubjectOf(string line, string service, string instance)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.TryGetProperty("ev", out _)
            ? $"earshot.v1.j.{service}.{instance}.{json.RootElement.GetProperty("conn").GetString()}"
            : $"earshot.v1.s.{json.RootElement.GetProperty("server").GetProperty("id").GetString()}.{json.RootElement.GetProperty("kind").GetString()!.ToLowerInvariant()}";
    }
}
