using System.Text;
using Earshot.Fleet.Records;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>The records that a stream publishes again, as they arrive, and a way to wait for some of them.</summary>
internal sealed class LiveRecords : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ServerRecord> _records = [];
    private readonly INatsSub<byte[]> _subscription;
    private readonly Task _reading;
    private TaskCompletionSource _more = New();

    private LiveRecords(INatsSub<byte[]> subscription)
    {
        _subscription = subscription;
        _reading = ReadAsync();
    }

    internal IReadOnlyList<ServerRecord> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _records];
            }
        }
    }

    internal static async Task<LiveRecords> StartAsync(INatsConnection connection, CancellationToken cancellationToken)
    {
        INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync("earshot.live.s.>", serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken);
        await subscription.ConfirmAsync(cancellationToken);
        return new LiveRecords(subscription);
    }

    /// <summary>Waits until the records have what is looked for.</summary>
    internal async Task<IReadOnlyList<ServerRecord>> WhenAsync(Func<IReadOnlyList<ServerRecord>, bool> has, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(FleetCluster.Token);
        limit.CancelAfter(FleetCluster.Limit);
        while (true)
        {
            Task more;
            IReadOnlyList<ServerRecord> records;
            lock (_lock)
            {
                (more, records) = (_more.Task, [.. _records]);
            }

            if (has(records))
            {
                return records;
            }

            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!FleetCluster.Token.IsCancellationRequested)
            {
                FleetReport report = Incidents.Find(records);
                string kinds = string.Join(", ", records.GroupBy(record => (record.Kind, record.Server.Name, record.Client?.User)).Select(same => $"{same.Count()} {same.Key}"));
                throw new TimeoutException($"{what} did not arrive. What did: {kinds}\n{string.Join('\n', report.Incidents.Select(incident => incident.Sentence))}\n{report.Others.Count} others; {string.Join(", ", report.Servers)}");
            }
        }
    }

    /// <summary>Waits for records of a kind.</summary>
    internal async Task<IReadOnlyList<ServerRecord>> WhenAsync(ServerRecordKind kind, int count = 1, Func<ServerRecord, bool>? isMeant = null)
    {
        bool Has(ServerRecord record) => record.Kind == kind && isMeant?.Invoke(record) != false;
        return [.. (await WhenAsync(all => all.Count(Has) >= count, $"{count} {kind}")).Where(Has)];
    }

    public async ValueTask DisposeAsync()
    {
        await _subscription.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (NatsMsg<byte[]> message in _subscription.Msgs.ReadAllAsync())
        {
            if (message.Data is null || !RecordLines.TryRead(Encoding.UTF8.GetString(message.Data), out IReadOnlyList<FleetRecord>? records, out _))
            {
                continue;
            }

            TaskCompletionSource more;
            lock (_lock)
            {
                _records.AddRange(records.OfType<ServerRecord>());
                (more, _more) = (_more, New());
            }

            more.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
