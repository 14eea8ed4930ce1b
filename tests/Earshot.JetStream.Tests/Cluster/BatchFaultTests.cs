using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Earshot.Auditor;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Cluster;

/// <summary>
/// Atomic and fast batches while the leader of their stream steps down and is killed. An auditor without code of the client reads the
/// stream afterwards, and each outcome is compared with it.
/// </summary>
[OnlyReal(Because.ItNeedsSeveralServers)]
public sealed class BatchFaultTests
{
    private const int AtomicSize = 20;
    private const int FastSize = 300;

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Outcomes_of_batches_are_what_the_auditor_finds()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(cluster.Nodes[0], ClusterOptions.WithPublishes, limit: TimeSpan.FromMinutes(3));
        await RetryAsync(rig, async () => await rig.CreateStreamAsync(config => config with { NumReplicas = 3, Storage = StreamConfigStorage.File, AllowAtomicPublish = true, AllowBatchPublish = true }));
        using var stop = new CancellationTokenSource();
        Work[] works = [new(rig, "atomic", isFast: false, hasIds: true), new(rig, "plain", isFast: false, hasIds: false), new(rig, "fast", isFast: true, hasIds: true), new(rig, "fastplain", isFast: true, hasIds: false)];
        var running = Task.WhenAll(works.Select(work => work.RunAsync(stop.Token)));

        await ProgressAsync(rig, works, running);
        for (int i = 0; i < 2; i++)
        {
            await rig.AskAsync($"$JS.API.STREAM.LEADER.STEPDOWN.{rig.Name}", "");
            await ProgressAsync(rig, works, running);
        }

        NatsServerProcess killed = await cluster.LeaderAsync(rig.Context, rig.Name, rig.Cancel);
        await killed.KillAsync(rig.Cancel);
        await ProgressAsync(rig, works, running);
        await killed.StartServerAsync(rig.Cancel);
        await cluster.WaitUntilFormedAsync(rig.Cancel);
        await ProgressAsync(rig, works, running);
        await cluster.Nodes[0].KillAsync(rig.Cancel); // where the client may be connected
        await ProgressAsync(rig, works, running);
        await cluster.Nodes[0].StartServerAsync(rig.Cancel);
        await cluster.WaitUntilFormedAsync(rig.Cancel);
        await ProgressAsync(rig, works, running);
        await stop.CancelAsync();
        await running;

        string[] stored = await AuditAsync(rig, cluster);
        string[] wrong = [.. works.SelectMany(work => work.Check(stored))];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", works.Select(work => work.ToString())));
    }

    private static async Task<string[]> AuditAsync(JetStreamRig rig, NatsCluster cluster)
    {
        string[] before = [];
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        while (true)
        {
            SortedDictionary<ulong, byte[]> messages = await StreamAuditor.ReadAsync((await cluster.LeaderAsync(rig.Context, rig.Name, rig.Cancel)).Port, rig.Name, rig.Cancel);
            string[] now = [.. messages.Values.Select(Encoding.UTF8.GetString)];
            if (now.SequenceEqual(before)) // a leader that was elected a moment ago may not have applied everything
            {
                return now;
            }

            before = now;
            await again.WaitForNextTickAsync(rig.Cancel);
        }
    }

    // A cluster temporarily has no leader.
    private static async Task RetryAsync(JetStreamRig rig, Func<Task> action)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (NatsException) when (!rig.Cancel.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(rig.Cancel);
            }
        }
    }

    // Each kind of batch has stored two more, so a leader works.
    private static async Task ProgressAsync(JetStreamRig rig, Work[] works, Task running)
    {
        int[] until = [.. works.Select(work => work.Stored + 2)];
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (works.Zip(until).Any(pair => pair.First.Stored < pair.Second))
        {
            await look.WaitForNextTickAsync(rig.Cancel);
            Assert.False(running.IsFaulted, running.Exception?.ToString());
        }
    }

    /// <summary>Batches of one kind, one after another, and how each ended.</summary>
    private sealed class Work(JetStreamRig rig, string name, bool isFast, bool hasIds)
    {
        private readonly ConcurrentDictionary<int, (NatsOutcome? Outcome, long Count, string Text)> _ends = new();
        private int _stored;

        public int Stored => Volatile.Read(ref _stored);

        private int Size => isFast ? FastSize : AtomicSize;

        public async Task RunAsync(CancellationToken stop)
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                await pause.WaitForNextTickAsync(rig.Cancel);
                try
                {
                    long count = isFast ? await FastAsync(i) : await AtomicAsync(i);
                    _ends[i] = (null, count, "");
                    Interlocked.Increment(ref _stored);
                }
                catch (NatsException e)
                {
                    NatsOutcome outcome = (e as INatsDelivery)?.Outcome ?? NatsOutcome.Rejected;
                    _ends[i] = (outcome, (e as NatsJSBatchException)?.Stored ?? (outcome == NatsOutcome.NotSent && isFast ? -1 : 0), e.Message);
                }
            }
        }

        /// <summary>Returns which outcomes are false.</summary>
        public IEnumerable<string> Check(string[] stored)
        {
            ILookup<int, int> found = stored.Where(text => text.StartsWith($"{name}-", StringComparison.Ordinal)).Select(text => text.Split('-'))
                .ToLookup(parts => int.Parse(parts[1], CultureInfo.InvariantCulture), parts => int.Parse(parts[2], CultureInfo.InvariantCulture));
            return _ends.Where(end => !IsTrue(end.Value.Outcome, end.Value.Count, [.. found[end.Key]])).Select(end => Tell(end.Key, end.Value.Outcome, end.Value.Text, [.. found[end.Key]]));
        }

        private string Tell(int number, NatsOutcome? outcome, string text, int[] numbers) =>
            $"{name} {number} ended as {outcome?.ToString() ?? "Stored"} ({text}); the stream has {numbers.Length}: {string.Join(' ', numbers.Take(5))} .. {string.Join(' ', numbers.TakeLast(5))}";

        public override string ToString() => $"{name}: {string.Join(' ', _ends.GroupBy(end => end.Value.Outcome).Select(group => $"{group.Count()} {group.Key?.ToString() ?? "Stored"}"))}";

        private bool IsTrue(NatsOutcome? outcome, long count, int[] numbers)
        {
            bool isInOrder = numbers.SequenceEqual(Enumerable.Range(1, numbers.Length));
            return outcome switch
            {
                null => isInOrder && numbers.Length == Size && count == Size,
                NatsOutcome.Unknown when isFast => numbers.Distinct().Count() >= count && numbers.Take((int)count).SequenceEqual(Enumerable.Range(1, (int)count)),
                NatsOutcome.Unknown => isInOrder && numbers.Length is 0 or AtomicSize,
                _ => isInOrder && (count < 0 || numbers.Length == count),
            };
        }

        private async Task<long> AtomicAsync(int number)
        {
            await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, new NatsJSBatchFlowControl { AckTimeout = TimeSpan.FromSeconds(2) }, rig.Cancel);
            for (int i = 1; i < AtomicSize; i++)
            {
                await batch.AddAsync($"{rig.Name}.{name}", Text(number, i), opts: Opts(number, i), cancellationToken: rig.Cancel);
            }

            return (await batch.CommitAsync($"{rig.Name}.{name}", Text(number, AtomicSize), opts: Opts(number, AtomicSize), cancellationToken: rig.Cancel)).Count;
        }

        private async Task<long> FastAsync(int number)
        {
            await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, new NatsJSFastPublisherOpts { UseMsgIds = hasIds, Flow = 20, AckTimeout = TimeSpan.FromSeconds(2) }, rig.Cancel);
            for (int i = 1; i < FastSize; i++)
            {
                await batch.AddAsync($"{rig.Name}.{name}", Text(number, i), cancellationToken: rig.Cancel);
            }

            return (await batch.CommitAsync($"{rig.Name}.{name}", Text(number, FastSize), cancellationToken: rig.Cancel)).Count;
        }

        private string Text(int batch, int message) => string.Create(CultureInfo.InvariantCulture, $"{name}-{batch}-{message}");

        private NatsJSBatchMsgOpts? Opts(int batch, int message) => hasIds ? new NatsJSBatchMsgOpts { MsgId = Text(batch, message) } : null;
    }
}
