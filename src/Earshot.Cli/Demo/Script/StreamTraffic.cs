using System.Globalization;
using Earshot.Cli.Servers;
using Earshot.JetStream;

namespace Earshot.Cli.Demo;

/// <summary>
/// A stream that is published to and consumed from steadily. It counts what became of each message and does
/// not look at events. Not thread-safe, except for its own tasks.
/// </summary>
internal sealed class StreamTraffic(NatsConnection client, IDemoCluster cluster, Action<string, string> report, TimeProvider time) : IAsyncDisposable
{
    internal const string Stream = "DEMO";
    internal const string Consumer = "orders";
    private const string Subject = "orders.new";
    private const int PublishesPerSecond = 500;

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_ackWait = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly INatsJSContext _context = client.CreateJetStreamContext();
    private readonly Dictionary<long, int> _read = [];
    private readonly List<string> _failures = [];
    private NatsJSPublisher? _publisher;
    private INatsJSConsume<long>? _consume;
    private Task _publishing = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;
    private IDemoServer? _killed;
    private long _published;

    /// <summary>Makes the stream and its consumer; completes when a message went all the way.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await CreateStreamAsync(cancellationToken).ConfigureAwait(false);
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync(
            Stream, new ConsumerConfig(Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = s_ackWait }, cancellationToken).ConfigureAwait(false);
        _consume = await consumer.StartConsumeAsync<long>(
            opts: new NatsJSConsumeOpts { Expires = s_heartbeat * 4, IdleHeartbeat = s_heartbeat }, cancellationToken: cancellationToken).ConfigureAwait(false);
        _publisher = _context.CreatePublisher(new NatsJSPublisherOpts { OnFailed = failure => Add(failure.Exception) });
        _reading = ReadAsync(_consume);
        _publishing = PublishAsync(_publisher);
        await UntilReadAsync(1, cancellationToken).ConfigureAwait(false);
    }

    internal async Task LoseConsumerLeaderAsync(CancellationToken cancellationToken)
    {
        INatsJSConsumer consumer = await _context.GetConsumerAsync(Stream, Consumer, cancellationToken).ConfigureAwait(false);
        await LoseAsync("consumer", $"$JS.API.CONSUMER.LEADER.STEPDOWN.{Stream}.{Consumer}", async () =>
        {
            await consumer.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return consumer.Info.Cluster?.Leader;
        }, cancellationToken).ConfigureAwait(false);
    }

    internal async Task LoseStreamLeaderAsync(CancellationToken cancellationToken)
    {
        // Two elections in a row can take longer than a publish is given: what waited for the first one has to be stored before the second.
        await _publisher!.FlushAsync(cancellationToken).ConfigureAwait(false);
        INatsJSStream stream = await _context.GetStreamAsync(Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        await LoseAsync("stream", $"$JS.API.STREAM.LEADER.STEPDOWN.{Stream}", async () =>
        {
            await stream.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return stream.Info.Cluster?.Leader;
        }, cancellationToken).ConfigureAwait(false);
        await UntilReadAsync(Volatile.Read(ref _published) + PublishesPerSecond, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Completes when the killed server, if there is one, is a member of the cluster again and has every message. nats-server can lose
    /// acknowledged messages when the leader is killed before that.
    /// </summary>
    internal async Task RestartKilledServerAsync(CancellationToken cancellationToken)
    {
        if (_killed is null)
        {
            return;
        }

        await _killed.StartServerAsync(cancellationToken).ConfigureAwait(false);
        INatsJSStream stream = await _context.GetStreamAsync(Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        using var again = new PeriodicTimer(s_pollInterval, time);
        while (stream.Info.Cluster?.Replicas?.Any(static replica => !replica.Current || replica.Offline) != false)
        {
            await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            await stream.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes no more, waits for every outcome, reads to the end, and compares: published, acknowledged, in the stream, read.</summary>
    internal async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _publishing.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _publisher!.FlushAsync(cancellationToken).ConfigureAwait(false);
        INatsJSStream stream = await _context.GetStreamAsync(Stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        await UntilReadAsync(_publisher.Stored, cancellationToken).ConfigureAwait(false);
        await _consume!.DrainAsync(cancellationToken).ConfigureAwait(false);
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        report("Outcomes", string.Create(
            CultureInfo.InvariantCulture,
            $"{_published} published, {_publisher.Stored} acknowledged, {_publisher.Failed} failed; the stream has {stream.Info.State.Messages}; {_read.Count} read, {_read.Values.Sum(count => count - 1)} of them twice"));
        if (_publisher.Failed > 0 || _publisher.Stored != _published || stream.Info.State.Messages != _published || _read.Count != _published)
        {
            throw new ExpectationMissedException($"Not every message was stored once and read. {string.Join("; ", _failures.Distinct())}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_consume is not null)
        {
            await _consume.DisposeAsync().ConfigureAwait(false);
        }

        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    // A cluster that has just started elects the leader of JetStream first; until then no server answers.
    private async Task CreateStreamAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _context.CreateStreamAsync(new StreamConfig(Stream, ["orders.>"]) { NumReplicas = cluster.Replicas }, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NatsJSException e) when (!cancellationToken.IsCancellationRequested)
            {
                report("Election", $"no leader of JetStream yet: {e.Message}");
                await Task.Delay(s_pollInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Kills the leader. If that is the server of the connection, the lead is handed to another one first: the connection itself is to stay.
    private async Task LoseAsync(string what, string stepDown, Func<Task<string?>> leader, CancellationToken cancellationToken)
    {
        if (cluster.TryElect(Stream))
        {
            report("Elected", $"the {what} has no leader until another one is elected");
            return;
        }

        using var again = new PeriodicTimer(s_pollInterval, time);
        while (true)
        {
            string? name = await leader().ConfigureAwait(false);
            IDemoServer? server = cluster.Nodes.FirstOrDefault(node => node.Name == name);
            if (server is not null && server.Port != client.ServerInfo?.Port)
            {
                await server.KillAsync(cancellationToken).ConfigureAwait(false);
                _killed = server;
                report("Killed", $"{server.Name}, the leader of the {what}");
                return;
            }

            if (server is not null)
            {
                await client.RequestAsync<string, string>(stepDown, "", cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(NatsJSPublisher publisher)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1) / PublishesPerSecond, time);
        try
        {
            while (await beat.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await publisher.PublishAsync(Subject, Volatile.Read(ref _published), cancellationToken: _stop.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _published);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ReadAsync(INatsJSConsume<long> consume)
    {
        await foreach (INatsJSMsg<long> message in consume.Msgs.ConfigureAwait(false))
        {
            lock (_read)
            {
                _read[message.Data] = _read.GetValueOrDefault(message.Data) + 1;
            }

            await message.AckAsync().ConfigureAwait(false);
        }
    }

    private async Task UntilReadAsync(long count, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(s_pollInterval, time);
        while (true)
        {
            lock (_read)
            {
                if (_read.Count >= count)
                {
                    return;
                }
            }

            if (_reading.IsCompleted)
            {
                await _reading.ConfigureAwait(false);
                throw new ExpectationMissedException("The consumer ended before it had read every message.");
            }

            await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Add(Exception failure)
    {
        lock (_failures)
        {
            _failures.Add(failure.Message);
        }
    }
}
