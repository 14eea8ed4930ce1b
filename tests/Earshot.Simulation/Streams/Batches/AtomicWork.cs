using Earshot.JetStream;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Batches;

/// <summary>Publishes atomic batches: adds messages, commits or discards them, and sends what was rejected again, or not.</summary>
internal sealed class AtomicWork(StreamContext context)
{
    private const int MostTries = 3;

    private static readonly NatsJSException s_discarded = new("The batch was discarded.");

    private Chance Chance => context.Chance;

    /// <summary>Publishes one batch. Does not throw.</summary>
    public async Task RunAsync()
    {
        var flow = new NatsJSBatchFlowControl
        {
            AckFirst = Chance.Is(0.7),
            AckEvery = Chance.Of(0, 3, 100),
            AckTimeout = Chance.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        };
        NatsJSBatchPublisher? publisher = null;
        await context.Check.RunAsync("create batch", context.Bound(context.Plan.RequestTimeout), async token =>
            publisher = await context.JetStream.CreateBatchPublisherAsync(StreamPlan.Stream, flow, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (publisher is not null)
        {
            BatchRecord batch = context.Site.Batches.Begin(context.Name, isAtomic: true);
            await FillAndCommitAsync(publisher, batch, hasIds: Chance.Is(0.7), flow.AckTimeout).ConfigureAwait(false);
            await publisher.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task FillAndCommitAsync(NatsJSBatchPublisher publisher, BatchRecord batch, bool hasIds, TimeSpan ackTimeout)
    {
        bool isOver = false;
        for (int attempt = 1; attempt <= MostTries && !isOver; attempt++)
        {
            bool isRejected = attempt > 1 && publisher.IsRejected;
            bool isOpen = !isRejected || await ResendAsync(publisher, ackTimeout).ConfigureAwait(false);
            for (int left = Chance.Between(0, 8); isOpen && left > 0; left--)
            {
                await AddAsync(publisher, batch, hasIds, ackTimeout).ConfigureAwait(false);
                isOpen = publisher is { IsRejected: false, IsClosed: false };
            }

            isOver = isOpen && (Chance.Is(0.1) || await CommitAsync(publisher, batch, hasIds, ackTimeout).ConfigureAwait(false));
            isOver |= publisher.IsClosed || Chance.Is(0.3);
        }

        if (!publisher.IsClosed)
        {
            batch.Messages.ForEach(static message => message.NotStored ??= s_discarded);
        }
    }

    // The batch has the message if its count says so, whatever became of the call.
    private Task AddAsync(NatsJSBatchPublisher publisher, BatchRecord batch, bool hasIds, TimeSpan ackTimeout)
    {
        (StreamMessage message, int before) = (Begin(), publisher.Count);
        TimeSpan limit = context.Plan.PublishTimeout + ackTimeout;
        return context.Check.RunAsync($"add {message.Id} to {batch}", context.Bound(limit), async token =>
        {
            try
            {
                await publisher.AddAsync(Subject(), StoreLedger.PayloadOf(message), opts: Options(message, hasIds), cancellationToken: token).ConfigureAwait(false);
            }
            finally
            {
                if (publisher.Count > before)
                {
                    batch.Messages.Add(message);
                }
                else
                {
                    message.NotStored = s_discarded;
                }
            }
        }, context.CancelAfter(limit));
    }

    private async Task<bool> ResendAsync(NatsJSBatchPublisher publisher, TimeSpan ackTimeout)
    {
        TimeSpan limit = (context.Plan.PublishTimeout * 2) + (ackTimeout * Math.Max(publisher.Count, 1));
        await context.PauseAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        await context.Check.RunAsync("resend batch", context.Bound(limit), token => publisher.ResendAsync(token).AsTask(), context.CancelAfter(limit)).ConfigureAwait(false);
        return publisher is { IsRejected: false, IsClosed: false };
    }

    // True when the batch is over: committed, or with an unknown outcome.
    private async Task<bool> CommitAsync(NatsJSBatchPublisher publisher, BatchRecord batch, bool hasIds, TimeSpan ackTimeout)
    {
        StreamMessage? last = batch.Messages.Count == 0 || Chance.Is(0.6) ? Begin() : null;
        int drops = context.Site.Store.Drops;
        TimeSpan limit = context.Plan.PublishTimeout + ackTimeout;
        await context.Check.RunAsync($"commit {batch}", context.Bound(limit), async token =>
        {
            try
            {
                NatsJSBatchAck ack = last is null
                    ? await publisher.CommitAsync(token).ConfigureAwait(false)
                    : await publisher.CommitAsync(Subject(), StoreLedger.PayloadOf(last), opts: Options(last, hasIds), cancellationToken: token).ConfigureAwait(false);
                batch.Messages.AddRange(last is null ? [] : [last]);
                context.Log($"{batch} is committed as {ack.Sequence} with {ack.Count} messages in {ack.Attempts} attempts");
                context.Site.Batches.Committed(batch, ack);
                Learn(ack, drops);
            }
            catch (Exception e)
            {
                Failed(batch, last, e);
                throw;
            }
        }, context.CancelAfter(limit)).ConfigureAwait(false);
        return publisher.IsClosed;
    }

    // With an unknown outcome the last message is one of the batch; otherwise nothing is stored so far, and a later commit has another last message.
    private static void Failed(BatchRecord batch, StreamMessage? last, Exception exception)
    {
        if (exception is INatsDelivery { Outcome: NatsOutcome.Unknown })
        {
            batch.Messages.AddRange(last is null ? [] : [last]);
        }
        else if (last is not null)
        {
            last.NotStored = exception;
        }
    }

    private void Learn(NatsJSBatchAck ack, int drops)
    {
        if (ack is { Sequence: > 0, Attempts: 1 })
        {
            context.Sight.Learn(ack.Sequence, drops);
        }
    }

    private NatsJSBatchMsgOpts Options(StreamMessage message, bool hasIds) => new() { MsgId = hasIds ? $"{context.Name}-{message.Id}" : null };

    private StreamMessage Begin() => context.Site.Store.Begin(context.Name, Chance.Between(8, 200));

    private string Subject() => $"work.{Chance.Below(4)}";
}
