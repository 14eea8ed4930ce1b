using System.Collections.Concurrent;
using System.Text;
using Earshot.Auditor;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Cluster;

/// <summary>
/// Two publishers and a consumer through the faults of a cluster of three servers: a step-down, a frozen, a killed and a restarted node. An
/// auditor without code of the client reads the stream afterwards.
/// </summary>
[OnlyReal(Because.ItNeedsSeveralServers)]
public sealed class FaultTests
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(1);

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Outcomes_are_what_the_auditor_finds_and_every_stored_message_is_read()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(cluster.Nodes[0], limit: TimeSpan.FromMinutes(3));
        await CreateAsync(rig);
        INatsJSConsumer consumer = await rig.Context.CreateOrUpdateConsumerAsync(
            rig.Name, new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(2) }, rig.Cancel);
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(
            opts: new NatsJSConsumeOpts { Expires = s_heartbeat * 4, IdleHeartbeat = s_heartbeat }, cancellationToken: rig.Cancel);
        using var stop = new CancellationTokenSource();
        var work = new Work(rig, consume);
        var publishing = Task.WhenAll(work.PublishWithIdsAsync(stop.Token), work.PublishWithoutIdsAsync(stop.Token));
        Task reading = work.ReadAsync();

        await InjectAsync(rig, cluster, work);
        await stop.CancelAsync();
        await publishing;
        SortedDictionary<ulong, string> audit = await AuditAsync(rig, cluster, work);
        await work.HasReadAsync(audit.Values);
        await consume.StopAsync(rig.Cancel);
        await reading;

        NatsConnectionEvent[] journal = [.. rig.Connection.Events.ToList()];
        string[] wrong = [.. work.Ends.Where(end => !IsTrue(end.Value, audit, end.Key)).Select(end => Tell(end.Key, end.Value, audit, journal))];
        Assert.True(wrong.Length == 0, string.Join('\n', [$"{wrong.Length} of {work.Ends.Count} publishes ended with a false outcome:", .. wrong, .. journal.Select(e => $"  {e}")]));
        var stored = audit.Values.GroupBy(text => text).ToDictionary(group => group.Key, group => group.Count());
        Assert.DoesNotContain(stored, text => text.Key.StartsWith("id-", StringComparison.Ordinal) && text.Value > 1);
        Assert.DoesNotContain(stored.Keys, text => !work.Ends.ContainsKey(text));
        Assert.Empty(journal.OfType<NatsStreamRegressionEvent>());
        Assert.Empty(journal.OfType<NatsConsumerLostEvent>());
        Assert.Equal(journal.OfType<NatsConsumerStalledEvent>().Count(), journal.OfType<NatsConsumerResumedEvent>().Count());
        Assert.True(work.LongestUnreportedSilence <= (s_heartbeat * 2) + TimeSpan.FromSeconds(1), $"silent for {work.LongestUnreportedSilence} without an event");
    }

    // An acknowledged publish is in the stream at the sequence of its ack, also when that is the ack of a duplicate of its own.
    private static bool IsTrue(PublishEnd end, SortedDictionary<ulong, string> audit, string text) => end.Failure switch
    {
        null => audit.TryGetValue(end.Sequence, out string? found) && found == text,
        NatsOutcome.NotSent or NatsOutcome.Rejected => !audit.ContainsValue(text),
        _ => true, // unknown: stored or not
    };

    private static string Tell(string text, PublishEnd end, SortedDictionary<ulong, string> audit, NatsConnectionEvent[] journal)
    {
        NatsConnectionEvent? last = journal.LastOrDefault(e => e.Sequence <= end.LastEvent);
        string outcome = end.Failure is { } failure ? $"{failure} ({end.Error})" : $"stored with sequence {end.Sequence} after {end.Attempts} attempts";
        string at = end.Sequence == 0 ? "" : $", where the stream has {audit.GetValueOrDefault(end.Sequence) ?? "no message"}";
        ulong[] places = [.. audit.Where(message => message.Value == text).Select(message => message.Key)];
        string found = places.Length == 0 ? "not in the stream" : $"in the stream at {string.Join(", ", places)}";
        return $"{text} of the publisher {(text.StartsWith("id-", StringComparison.Ordinal) ? "with ids" : "without ids")} ended as {outcome}{at}, "
            + $"in session {last?.SessionId} after event {end.LastEvent}; it is {found} ({audit.Keys.FirstOrDefault()} to {audit.Keys.LastOrDefault()})";
    }

    // A new cluster temporarily has no leader.
    private static async Task CreateAsync(JetStreamRig rig)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            try
            {
                await rig.CreateStreamAsync(config => config with { NumReplicas = 3, Storage = StreamConfigStorage.File });
                return;
            }
            catch (NatsJSException) when (!rig.Cancel.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(rig.Cancel);
            }
        }
    }

    private static async Task InjectAsync(JetStreamRig rig, NatsCluster cluster, Work work)
    {
        await work.ProgressAsync();
        await rig.AskAsync($"$JS.API.STREAM.LEADER.STEPDOWN.{rig.Name}", "");
        await rig.AskAsync($"$JS.API.CONSUMER.LEADER.STEPDOWN.{rig.Name}.worker", "");
        await work.ProgressAsync();

        NatsServerProcess frozen = await cluster.LeaderAsync(rig.Context, rig.Name, rig.Cancel);
        frozen.Signal(ServerSignal.Freeze);
        try
        {
            await work.ProgressAsync(); // with another leader, in another session where the frozen node was that of the connection
        }
        finally
        {
            frozen.Signal(ServerSignal.Continue);
        }

        await work.ProgressAsync();
        NatsServerProcess killed = await cluster.LeaderAsync(rig.Context, rig.Name, rig.Cancel);
        await killed.KillAsync(rig.Cancel);
        await work.ProgressAsync();
        await killed.StartServerAsync(rig.Cancel);
        await cluster.WaitUntilFormedAsync(rig.Cancel);
        await work.ProgressAsync();
        await cluster.Nodes[0].RestartAsync(rig.Cancel);
        await cluster.WaitUntilFormedAsync(rig.Cancel);
        await work.ProgressAsync();
    }

    // A leader that was elected a moment ago may not have applied everything yet, so what is missing is looked for twice.
    private static async Task<SortedDictionary<ulong, string>> AuditAsync(JetStreamRig rig, NatsCluster cluster, Work work)
    {
        SortedDictionary<ulong, string> first = await ReadAsync(rig, cluster);
        await work.HasReadAsync(first.Values);
        SortedDictionary<ulong, string> second = await ReadAsync(rig, cluster);
        Assert.All(first, message => Assert.Equal(message.Value, second.GetValueOrDefault(message.Key)));
        return second;
    }

    private static async Task<SortedDictionary<ulong, string>> ReadAsync(JetStreamRig rig, NatsCluster cluster)
    {
        SortedDictionary<ulong, byte[]> stored = await StreamAuditor.ReadAsync((await cluster.LeaderAsync(rig.Context, rig.Name, rig.Cancel)).Port, rig.Name, rig.Cancel);
        return new SortedDictionary<ulong, string>(stored.ToDictionary(message => message.Key, message => Encoding.UTF8.GetString(message.Value)));
    }

    /// <summary>What is published, how each publish ended, and what was read.</summary>
    private sealed class Work(JetStreamRig rig, INatsJSConsume<string> consume)
    {
        private const int Step = 100;

        private readonly ConcurrentDictionary<string, byte> _read = new();
        private long _eventsSeen;
        private long _lastRead = TimeProvider.System.GetTimestamp();

        /// <summary>How each publish ended, by its text.</summary>
        public ConcurrentDictionary<string, PublishEnd> Ends { get; } = new();

        /// <summary>The longest time in which acknowledged messages waited, nothing was read and no event was reported.</summary>
        public TimeSpan LongestUnreportedSilence { get; private set; }

        public async Task PublishWithIdsAsync(CancellationToken stop)
        {
            await using NatsJSPublisher publisher = rig.Context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 256 });
            var waiting = new List<Task>();
            using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            for (int i = 0; await BeatAsync(beat, stop); i++)
            {
                string text = $"id-{i}";
                NatsJSPublishTicket ticket = await publisher.PublishAsync($"{rig.Name}.a", text, cancellationToken: rig.Cancel);
                waiting.Add(RecordAsync(text, async () => await ticket));
            }

            await Task.WhenAll(waiting);
        }

        public async Task PublishWithoutIdsAsync(CancellationToken stop)
        {
            using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            var opts = new NatsJSPubOpts { Timeout = TimeSpan.FromSeconds(3) };
            for (int i = 0; await BeatAsync(beat, stop); i++)
            {
                string text = $"plain-{i}";
                await RecordAsync(text, async () => await rig.Context.PublishAsync($"{rig.Name}.b", text, opts: opts, cancellationToken: rig.Cancel));
            }
        }

        public async Task ReadAsync()
        {
            await foreach (INatsJSMsg<string> message in consume.Msgs)
            {
                _read.TryAdd(message.Data!, 0);
                Volatile.Write(ref _lastRead, TimeProvider.System.GetTimestamp());
                await message.AckAsync(cancellationToken: rig.Cancel);
            }
        }

        /// <summary>Completes when more messages have been read than before, and watches for a silence that no event reports.</summary>
        public async Task ProgressAsync()
        {
            int until = _read.Count + Step;
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            while (_read.Count < until)
            {
                await look.WaitForNextTickAsync(rig.Cancel);
                bool isReported = consume.State != NatsJSConsumeState.Flowing || rig.Connection.ConnectionState != NatsConnectionState.Open
                    || rig.Connection.Events.LastSequence > _eventsSeen;
                if (isReported || Ends.Count(end => end.Value.Failure is null) <= _read.Count)
                {
                    _eventsSeen = rig.Connection.Events.LastSequence;
                    Volatile.Write(ref _lastRead, TimeProvider.System.GetTimestamp());
                }

                TimeSpan silence = TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastRead));
                LongestUnreportedSilence = silence > LongestUnreportedSilence ? silence : LongestUnreportedSilence;
            }
        }

        /// <summary>Completes when each of these was read; what was in flight with a dead leader comes again after AckWait.</summary>
        public async Task HasReadAsync(IEnumerable<string> texts)
        {
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            while (texts.Any(text => !_read.ContainsKey(text)))
            {
                await look.WaitForNextTickAsync(rig.Cancel);
            }
        }

        private async Task RecordAsync(string text, Func<Task<PubAckResponse>> publish)
        {
            try
            {
                PubAckResponse ack = await publish();
                ack.EnsureSuccess();
                Ends[text] = new PublishEnd { Sequence = ack.Seq, Attempts = ack.Attempts, LastEvent = rig.Connection.Events.LastSequence };
            }
            catch (NatsException e)
            {
                NatsOutcome failure = (e as INatsDelivery)?.Outcome ?? NatsOutcome.Rejected;
                Ends[text] = new PublishEnd { Failure = failure, Error = e.Message, LastEvent = rig.Connection.Events.LastSequence };
            }
        }

        private static async Task<bool> BeatAsync(PeriodicTimer beat, CancellationToken stop)
        {
            try
            {
                return await beat.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <summary>How a publish ended.</summary>
    private sealed record PublishEnd
    {
        /// <summary>Null: it was acknowledged.</summary>
        public NatsOutcome? Failure { get; init; }

        public string? Error { get; init; }

        /// <summary>The sequence in the ack.</summary>
        public ulong Sequence { get; init; }

        public int Attempts { get; init; }

        /// <summary>The last event of the journal when it ended: it tells the session.</summary>
        public long LastEvent { get; init; }
    }
}
