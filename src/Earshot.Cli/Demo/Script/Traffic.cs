using System.Collections.Concurrent;

namespace Earshot.Cli.Demo;

/// <summary>
/// The steady work of the client: numbered publishes that it receives itself, and requests to a responder behind another
/// server. It counts what became of each and does not look at events.
/// </summary>
internal sealed class Traffic(NatsConnection client, NatsConnection responder, TimeProvider time) : IAsyncDisposable
{
    internal const int PublishesPerSecond = 200;
    internal const int RequestsPerSecond = 20;
    internal const string Ticks = "demo.ticks";
    private const string Questions = "demo.questions";

    // A request that waits for a server holds up its own requester only.
    private const int Requesters = 4;

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stopSending = new();
    private readonly CancellationTokenSource _stopReceiving = new();
    private Task _sending = Task.CompletedTask;
    private Task _receiving = Task.CompletedTask;
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private int _answered;

    internal MessageLog Ledger { get; } = new(time);

    internal int RequestsAnswered => Volatile.Read(ref _answered);

    /// <summary>The requests that ended with an exception, by its name.</summary>
    internal IReadOnlyDictionary<string, int> RequestsFailed => _failures;

    /// <summary>Starts everything; completes when the first reply has crossed the cluster.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await responder.ConnectAsync(cancellationToken).ConfigureAwait(false);
        INatsSub<long> questions = await responder.SubscribeCoreAsync<long>(Questions, cancellationToken: cancellationToken).ConfigureAwait(false);
        INatsSub<long> ticks = await client.SubscribeCoreAsync<long>(Ticks, cancellationToken: cancellationToken).ConfigureAwait(false);
        _receiving = Task.WhenAll(ReceiveAsync(ticks), AnswerAsync(questions));
        await WaitForReplyAsync(cancellationToken).ConfigureAwait(false);
        _sending = Task.WhenAll(Enumerable.Range(0, Requesters).Select(_ => RequestAsync()).Append(PublishAsync()));
    }

    /// <summary>Completes when a request is answered; until then the subscription of the responder may still be in flight.</summary>
    internal async Task WaitForReplyAsync(CancellationToken cancellationToken)
    {
        while (await AskAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
            await Task.Delay(s_pollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes and requests no more; completes when the last request has ended.</summary>
    internal async Task StopSendingAsync(CancellationToken cancellationToken)
    {
        await _stopSending.CancelAsync().ConfigureAwait(false);
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes when the subscriber has read what its drained connection held.</summary>
    internal async Task StopReceivingAsync(CancellationToken cancellationToken)
    {
        await responder.DrainAsync(cancellationToken).ConfigureAwait(false);
        await _receiving.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopSending.CancelAsync().ConfigureAwait(false);
        await _stopReceiving.CancelAsync().ConfigureAwait(false);
        await responder.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_sending, _receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopSending.Dispose();
        _stopReceiving.Dispose();
    }

    private async Task PublishAsync()
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1) / PublishesPerSecond, time);
        while (await BeatAsync(beat).ConfigureAwait(false))
        {
            long number = Ledger.Begin(live: client.ConnectionState == NatsConnectionState.Open);
            try
            {
                await client.PublishAsync(Ticks, number, cancellationToken: _stopReceiving.Token).ConfigureAwait(false);
                Ledger.Accepted(number);
            }
            catch (NatsException)
            {
                // The ledger has it as refused.
            }
        }
    }

    private async Task RequestAsync()
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1) * Requesters / RequestsPerSecond, time);
        while (await BeatAsync(beat).ConfigureAwait(false))
        {
            if (await AskAsync(_stopReceiving.Token).ConfigureAwait(false) is { } failure)
            {
                _failures.AddOrUpdate(failure.GetType().Name["Nats".Length..^"Exception".Length], 1, (_, count) => count + 1);
            }
            else
            {
                Interlocked.Increment(ref _answered);
            }
        }
    }

    private async Task<NatsException?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.RequestAsync<long, long>(Questions, 0, cancellationToken: cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (NatsException e)
        {
            return e;
        }
    }

    private async Task ReceiveAsync(INatsSub<long> ticks)
    {
        await foreach (NatsMsg<long> tick in ticks.Msgs.ReadAllAsync(_stopReceiving.Token).ConfigureAwait(false))
        {
            Ledger.MarkReceived(tick.Data);
        }
    }

    private async Task AnswerAsync(INatsSub<long> questions)
    {
        await foreach (NatsMsg<long> question in questions.Msgs.ReadAllAsync(_stopReceiving.Token).ConfigureAwait(false))
        {
            await question.ReplyAsync(question.Data, cancellationToken: _stopReceiving.Token).ConfigureAwait(false);
        }
    }

    private async Task<bool> BeatAsync(PeriodicTimer beat)
    {
        try
        {
            return await beat.WaitForNextTickAsync(_stopSending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
