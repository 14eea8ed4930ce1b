using Earshot.JetStream;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>
/// Reads one durable consumer, its own or the shared one, in one way after another. When the application is stopped it reads on and acknowledges
/// everything, so that nothing may be left.
/// </summary>
internal sealed class ConsumerWork(StreamContext context)
{
    private static readonly TimeSpan s_expires = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10); // of a single pull without answers

    private readonly MessageHandling _handling = new(context);
    private readonly SilenceCheck _silence = new(context, context.Site.Serves);

    public string Consumer { get; } = context.Chance.Is(0.5) ? StreamPlan.Shared : $"own-{context.Name}";

    private Chance Chance => context.Chance;

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        while (!context.HasEnded)
        {
            INatsJSConsumer? consumer = null;
            await context.Check.RunAsync($"consumer {Consumer}", context.Bound(context.Plan.RequestTimeout), async token =>
                consumer = await context.JetStream.CreateOrUpdateConsumerAsync(StreamPlan.Stream, context.Plan.Consumer(Consumer), token).ConfigureAwait(false)).ConfigureAwait(false);
            while (consumer is not null && !context.HasEnded && await ReadAsync(consumer).ConfigureAwait(false))
            {
                await context.PauseAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }

            await context.PauseAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    /// <summary>How many messages are not delivered, or have no ack.</summary>
    public long Remaining => context.Site.Rest(Consumer) is { } rest ? (long)rest.Undelivered + (long)rest.AckPending : 0;

    /// <summary>The faults are over: every message was delivered and has its ack.</summary>
    public void CheckReached()
    {
        if (context.Site.Rest(Consumer) is not { Undelivered: 0, AckPending: 0 } and var rest)
        {
            context.Report("delivered-again", rest is null
                ? $"the consumer {Consumer} does not exist"
                : $"the consumer {Consumer} has {rest.Value.Undelivered} messages that it did not deliver and {rest.Value.AckPending} without an ack");
        }
    }

    // False when the consumer is lost.
    private Task<bool> ReadAsync(INatsJSConsumer consumer) => Chance.Below(context.IsStopped ? 1 : 4) switch
    {
        0 => RunAsync($"consume {Consumer}", null, token => ConsumeAsync(consumer, token), null),
        1 => RunAsync($"fetch {Consumer}", s_grace, _ => FetchAsync(consumer, noWait: false), null),
        2 => RunAsync($"fetch without waiting {Consumer}", s_grace, _ => FetchAsync(consumer, noWait: true), null),
        _ => RunAsync($"next {Consumer}", s_grace, token => NextAsync(consumer, token), context.CancelAfter(s_expires)),
    };

    private static NatsJSFetchOpts FetchOptions { get; } = new() { MaxMsgs = 20, Expires = s_expires };

    private async Task<bool> RunAsync(string name, TimeSpan? grace, Func<CancellationToken, Task> read, TimeSpan? cancelAfter)
    {
        bool isLost = false;
        TimeSpan? bound = grace is { } longest ? context.Bound(longest + s_expires) + MessageHandling.Longest(FetchOptions.MaxMsgs!.Value) : null;
        await context.Check.RunAsync(name, bound, async token =>
        {
            try
            {
                await read(token).ConfigureAwait(false);
            }
            catch (NatsJSConsumerLostException e)
            {
                isLost = true;
                if (!context.Site.WasDeleted(Consumer))
                {
                    context.Report("lost-true", $"the read of {Consumer} ended although nothing had deleted it: {e.Message}");
                }

                throw;
            }
        }, cancelAfter).ConfigureAwait(false);
        return !isLost;
    }

    private async Task ConsumeAsync(INatsJSConsumer consumer, CancellationToken cancellationToken)
    {
        var opts = new NatsJSConsumeOpts
        {
            MaxMsgs = Chance.Of(1000, context.Plan.HasExtras ? 20 : 5), // batches are many messages: five for each round trip would be too slow
            Expires = Chance.Of(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(4)),
            IdleHeartbeat = TimeSpan.FromSeconds(Chance.Of(1, 2)),
            StopPolicy = Chance.Of(NatsJSStopPolicy.GiveBack, NatsJSStopPolicy.Leave),
        };
        INatsJSConsume<byte[]> read = await consumer.StartConsumeAsync<byte[]>(opts: opts, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (read.ConfigureAwait(false))
        {
            EndLater(read);
            _silence.Begin(Consumer, read, opts.IdleHeartbeat.Value);
            try
            {
                _silence.Waits();
                await foreach (INatsJSMsg<byte[]> msg in read.Msgs.ConfigureAwait(false))
                {
                    _silence.Received();
                    await _handling.HandleAsync(Consumer, msg).ConfigureAwait(false);
                    _silence.Waits();
                }
            }
            finally
            {
                _silence.End();
            }
        }
    }

    // Stops or drains the read after a time, unless the application is stopped: then it continues.
    private void EndLater(INatsJSConsume<byte[]> read)
    {
        (bool drains, TimeSpan after) = (Chance.Is(0.5), Chance.Spread(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(20)));
        context.Client.Scheduler.After(after, context.Client.Actor, () =>
        {
            if (!context.IsStopped && !context.HasEnded)
            {
                context.Log($"{(drains ? "drains" : "stops")} the read of {Consumer}");
                _ = context.Check.RunAsync("end of a read", s_end, _ => drains ? read.DrainAsync(CancellationToken.None).AsTask() : read.StopAsync(CancellationToken.None).AsTask());
            }
        });
    }

    private async Task FetchAsync(INatsJSConsumer consumer, bool noWait)
    {
        // A token that is cancelled ends the loop after its message, whose handling may take its time.
        using CancellationTokenSource? cancellation = context.CancelAfter(s_expires) is { } after ? new CancellationTokenSource(after, context.Client.Clock) : null;
        CancellationToken cancellationToken = cancellation?.Token ?? CancellationToken.None;
        IAsyncEnumerable<INatsJSMsg<byte[]>> batch = noWait
            ? consumer.FetchNoWaitAsync<byte[]>(FetchOptions, cancellationToken: cancellationToken)
            : consumer.FetchAsync<byte[]>(FetchOptions, cancellationToken: cancellationToken);
        int count = 0;
        await foreach (INatsJSMsg<byte[]> msg in batch.ConfigureAwait(false))
        {
            if (++count > FetchOptions.MaxMsgs)
            {
                context.Report("batch-bounded", $"a fetch of {FetchOptions.MaxMsgs} messages has delivered {count}");
            }

            await _handling.HandleAsync(Consumer, msg).ConfigureAwait(false);
        }
    }

    private async Task NextAsync(INatsJSConsumer consumer, CancellationToken cancellationToken)
    {
        var opts = new NatsJSNextOpts { Expires = FetchOptions.Expires };
        if (await consumer.NextAsync<byte[]>(opts: opts, cancellationToken: cancellationToken).ConfigureAwait(false) is { } msg)
        {
            _ = _handling.HandleAsync(Consumer, msg); // the call is over
        }
    }
}
