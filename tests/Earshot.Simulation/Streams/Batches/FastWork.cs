using Earshot.JetStream;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Batches;

/// <summary>Publishes fast batches, with few and many messages for each ack, with and without a message that the stream rejects.</summary>
internal sealed class FastWork(StreamContext context)
{
    private const ulong NeverReached = 1_000_000_000;

    private static readonly NatsJSException s_notAdded = new("The message is not in the batch.");

    private Chance Chance => context.Chance;

    private BatchLedger Batches => context.Site.Batches;

    /// <summary>Publishes one batch. Does not throw.</summary>
    public async Task RunAsync()
    {
        NatsJSFastMode mode = Chance.Of(NatsJSFastMode.Fail, NatsJSFastMode.Ok);
        BatchRecord batch = Batches.Begin(context.Name, isAtomic: false, continues: mode == NatsJSFastMode.Ok);
        var opts = new NatsJSFastPublisherOpts
        {
            Flow = Chance.Of(100, 4, 1),
            MaxOutstandingAcks = Chance.Of(2, 1),
            AckTimeout = Chance.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1.5)),
            Mode = mode,
            UseMsgIds = Chance.Is(0.7),
            OnLost = loss => Lose(batch, loss),
        };
        NatsJSFastPublisher? publisher = null;
        await context.Check.RunAsync("create fast batch", context.Bound(context.Plan.RequestTimeout), async token =>
            publisher = await context.JetStream.CreateFastPublisherAsync(StreamPlan.Stream, opts, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (publisher is not null)
        {
            await FillAndCommitAsync(publisher, batch).ConfigureAwait(false);
            await publisher.DisposeAsync().ConfigureAwait(false);
            Note(publisher, batch);
        }
    }

    private async Task FillAndCommitAsync(NatsJSFastPublisher publisher, BatchRecord batch)
    {
        (bool isSlow, double rejected) = (Chance.Is(0.2), Chance.Of(0, 0.05));
        for (int left = Chance.Between(0, 15); left > 0 && !publisher.IsClosed && !context.IsStopped; left--)
        {
            await AddAsync(publisher, batch, isRejected: Chance.Is(rejected)).ConfigureAwait(false);
            await (isSlow ? context.PauseAsync(TimeSpan.FromSeconds(2)) : Task.CompletedTask).ConfigureAwait(false);
        }

        if (!publisher.IsClosed && Chance.Is(0.9))
        {
            await CommitAsync(publisher, batch).ConfigureAwait(false);
        }
    }

    // The batch has the message if its count says so, whatever became of the call.
    private Task AddAsync(NatsJSFastPublisher publisher, BatchRecord batch, bool isRejected)
    {
        (StreamMessage message, long before) = (Begin(), publisher.Count);
        return context.Check.RunAsync($"add {message.Id} to {batch}", null, async token =>
        {
            try
            {
                await publisher.AddAsync(Subject(), StoreLedger.PayloadOf(message), opts: Options(isRejected), cancellationToken: token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Enter(publisher, batch, message, before);
                Failed(batch, e, publisher);
                throw;
            }

            Enter(publisher, batch, message, before);
            Note(publisher, batch);
        }, context.CancelAfter(context.Plan.PublishTimeout));
    }

    private Task CommitAsync(NatsJSFastPublisher publisher, BatchRecord batch)
    {
        (StreamMessage? last, long before) = (publisher.Count == 0 || Chance.Is(0.5) ? Begin() : null, publisher.Count);
        TimeSpan limit = context.Plan.PublishTimeout;
        return context.Check.RunAsync($"commit {batch}", context.Bound(limit), async token =>
        {
            NatsJSBatchAck ack;
            try
            {
                ack = last is null
                    ? await publisher.CommitAsync(token).ConfigureAwait(false)
                    : await publisher.CommitAsync(Subject(), StoreLedger.PayloadOf(last), cancellationToken: token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Enter(publisher, batch, last, before);
                Failed(batch, e, publisher);
                throw;
            }

            Enter(publisher, batch, last, before);
            context.Log($"{batch} is committed as {ack.Sequence} with {ack.Count} messages, {ack.Lost} lost, in {ack.Attempts} attempts");
            Later(() => Batches.Ended(batch, ack));
        }, context.CancelAfter(limit));
    }

    private static void Enter(NatsJSFastPublisher publisher, BatchRecord batch, StreamMessage? message, long before)
    {
        if (message is not null && publisher.Count > before)
        {
            batch.Messages.Add(message);
        }
        else if (message is not null)
        {
            message.NotStored = s_notAdded;
        }
    }

    // Rejected or not sent: of what has no ack, nothing is stored. An exception of the server's API says that of the whole batch.
    private void Failed(BatchRecord batch, Exception exception, NatsJSFastPublisher publisher)
    {
        if (!publisher.IsClosed || exception is not INatsDelivery { Outcome: not NatsOutcome.Unknown })
        {
            Note(publisher, batch);
            return;
        }

        long stored = exception is NatsJSBatchException ended ? ended.Stored : exception is NatsJSApiException or NatsJSPublishNoResponseException ? 0 : publisher.Acked;
        batch.Acked = Math.Max(batch.Acked, stored);
        foreach (StreamMessage message in batch.Messages.Skip((int)stored))
        {
            message.NotStored = exception;
        }

        Later(() => Batches.Check(batch));
    }

    private void Note(NatsJSFastPublisher publisher, BatchRecord batch)
    {
        batch.Acked = Math.Max(batch.Acked, publisher.Acked);
        Later(() => Batches.Check(batch));
    }

    private void Lose(BatchRecord batch, NatsJSFastLoss loss)
    {
        context.Log($"{batch} has lost {loss.First} to {loss.Last}: {loss.Error?.Description}");
        for (long number = loss.First; number <= loss.Last; number++)
        {
            batch.Lost.Add(number);
        }
    }

    // Losses are reported on the thread pool: what was reported together with an ack is known a moment later.
    private void Later(Action check) => context.Client.Scheduler.After(TimeSpan.Zero, context.Client.Actor, check);

    private static NatsJSBatchMsgOpts? Options(bool isRejected) => isRejected ? new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = NeverReached } : null;

    private StreamMessage Begin() => context.Site.Store.Begin(context.Name, Chance.Between(8, 200));

    private string Subject() => $"work.{Chance.Below(4)}";
}
