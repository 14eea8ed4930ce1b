using Earshot.JetStream;
using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Collecting;

/// <summary>What a collector has from its caller, and what it holds.</summary>
internal sealed record CollectorParts(INatsConnection Connection, INatsJSContext Stream, FleetCollectorOptions Options, RecordOutbox Outbox)
{
    public TimeProvider Time { get; } = Connection.Opts.TimeProvider;

    public ILogger Logger { get; } = Connection.Opts.LoggerFactory.CreateLogger("Earshot.Fleet.Collector");

    public CollectorCounts Counts { get; } = new();

    /// <summary>Holds a record until it is stored.</summary>
    public void Hold(ServerRecord record, string messageId) => Outbox.Add(new HeldRecord(record, messageId, Time.GetUtcNow()));
}
