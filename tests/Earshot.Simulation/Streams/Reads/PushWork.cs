using Earshot.JetStream;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>
/// Reads a durable push consumer of its own, with and without flow control, in one read after another. When the application is stopped it reads on
/// and acknowledges everything, so that nothing may be left.
/// </summary>
internal sealed class PushWork
{
    private const int Most = 500;

    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(5);

    private readonly StreamContext _context;
    private readonly MessageHandling _handling;
    private readonly SilenceCheck _silence;
    private readonly FlowCheck _flow;
    private readonly NatsJSPushConsumerOpts _opts;
    private readonly HashSet<int> _received = []; // since the consumer was created or deleted last
    private int _deletions;

    public PushWork(StreamContext context)
    {
        _context = context;
        _handling = new MessageHandling(context) { Received = message => _received.Add(message.Id) };
        _silence = new SilenceCheck(context, context.Site.ServesPush);
        bool hasFlow = Chance.Is(0.6);
        _opts = new NatsJSPushConsumerOpts
        {
            DurableName = Consumer,
            DeliverSubject = Chance.Is(0.5) ? $"_INBOX.deliver.{context.Name}" : null,
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = context.Plan.AckWait,
            MaxAckPending = context.Plan.MaxAckPending,
            IdleHeartbeat = TimeSpan.FromSeconds(Chance.Of(1, 2)),
            FlowControl = hasFlow,
            SubOpts = hasFlow ? null : new NatsSubOpts { PendingMessagesLimit = Chance.Of(Most, 100_000), PendingBytesLimit = int.MaxValue }, // what is dropped comes again after AckWait
        };
        _flow = new FlowCheck(context, Consumer, hasFlow);
    }

    public string Consumer => $"push-{_context.Name}";

    private Chance Chance => _context.Chance;

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        while (!_context.HasEnded)
        {
            INatsJSPushConsumer? consumer = null;
            await _context.Check.RunAsync($"push consumer {Consumer}", _context.Bound(_context.Plan.RequestTimeout), async token =>
                consumer = await _context.JetStream.CreateOrUpdatePushConsumerAsync(StreamPlan.Stream, _opts, token).ConfigureAwait(false)).ConfigureAwait(false);
            while (consumer is not null && !_context.HasEnded && await ReadAsync(consumer).ConfigureAwait(false))
            {
                await _context.PauseAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }

            await _context.PauseAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    /// <summary>How many messages are not delivered, or have no ack.</summary>
    public long Remaining => _context.Site.Rest(Consumer) is { } rest ? (long)rest.Undelivered + (long)rest.AckPending : 0;

    /// <summary>The faults are over: the application has received every message, and the consumer waits for no ack.</summary>
    public void CheckReached()
    {
        if (_context.Site.Rest(Consumer) is not { Undelivered: 0, AckPending: 0 } and var rest)
        {
            _context.Report("delivered-again", rest is null
                ? $"the push consumer {Consumer} does not exist"
                : $"the push consumer {Consumer} has {rest.Value.Undelivered} messages that it did not deliver and {rest.Value.AckPending} without an ack");
        }
        else if (_context.Site.Store.Present.FirstOrDefault(message => !message.HasSequenceOfAnother && !_received.Contains(message.Id)) is { } missed)
        {
            _context.Report("received-all", $"the read of {Consumer} never received {missed}, which is stored as {missed.Places[^1].Sequence}");
        }
    }

    // False when the consumer is lost.
    private async Task<bool> ReadAsync(INatsJSPushConsumer consumer)
    {
        bool isLost = false;
        await _context.Check.RunAsync($"push read of {Consumer}", null, async token =>
        {
            try
            {
                await ConsumeAsync(consumer, token).ConfigureAwait(false);
            }
            catch (NatsJSConsumerLostException e)
            {
                isLost = true;
                Lost(e);
                throw;
            }
        }).ConfigureAwait(false);
        return !isLost;
    }

    private void Lost(NatsJSConsumerLostException exception)
    {
        if (_context.Site.Deletions(Consumer) == _deletions)
        {
            _context.Report("lost-true", $"the read of {Consumer} ended although nothing had deleted it: {exception.Message}");
        }

        _deletions = _context.Site.Deletions(Consumer);
    }

    private async Task ConsumeAsync(INatsJSPushConsumer consumer, CancellationToken cancellationToken)
    {
        var opts = new NatsJSConsumeOpts { StopPolicy = Chance.Of(NatsJSStopPolicy.GiveBack, NatsJSStopPolicy.Leave, NatsJSStopPolicy.Deliver) };
        INatsJSConsume<byte[]> read = await consumer.StartConsumeAsync<byte[]>(opts: opts, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (read.ConfigureAwait(false))
        {
            EndLater(read);
            _silence.Begin(Consumer, read, _opts.IdleHeartbeat!.Value);
            _flow.Begin(read);
            try
            {
                _silence.Waits();
                await foreach (INatsJSMsg<byte[]> msg in read.Msgs.ConfigureAwait(false))
                {
                    _silence.Received();
                    await _handling.HandleAsync(Consumer, msg).ConfigureAwait(false);
                    _flow.Handled(msg);
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
        (bool drains, TimeSpan after) = (Chance.Is(0.5), Chance.Spread(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(40)));
        _context.Client.Scheduler.After(after, _context.Client.Actor, () =>
        {
            if (!_context.IsStopped && !_context.HasEnded)
            {
                _context.Log($"{(drains ? "drains" : "stops")} the read of {Consumer}");
                _ = _context.Check.RunAsync("end of a push read", drains ? null : s_end, _ => drains ? read.DrainAsync(CancellationToken.None).AsTask() : read.StopAsync(CancellationToken.None).AsTask());
            }
        });
    }
}
