using System.Threading.Channels;
using Earshot.Simulation.Checks;

namespace Earshot.Simulation.Workload;

/// <summary>A subscription and the loop of the application that reads it. Checks what it receives.</summary>
internal sealed class Reader(ClientContext context, Calls calls, ReaderPlan plan, Task released)
{
    private const int MaxReentrances = 10; // what it publishes may come to itself

    private readonly HashSet<int> _received = [];
    private readonly Dictionary<string, long> _newest = [];

    private int _reentrances;

    public ReaderPlan Plan => plan;

    public INatsSub<byte[]>? Subscription { get; private set; }

    /// <summary>Whether the server should have it.</summary>
    public bool IsActive => Subscription is { EndReason: NatsSubEndReason.None };

    public string Interest => SubscriptionsCheck.Describe(plan.Subject, plan.QueueGroup, null);

    /// <summary>What the server should have: with a maximum, what is left of it.</summary>
    public string Served => SubscriptionsCheck.Describe(plan.Subject, plan.QueueGroup, plan.MaxMsgs - Arrived);

    /// <summary>The number of messages it has received.</summary>
    public int Received => _received.Count;

    // Dropped ones included.
    private long Arrived => Subscription is NatsSub<byte[]> { Stats: var stats } ? stats.Delivered + stats.PendingMessages + stats.Dropped : 0;

    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        var opts = new NatsSubOpts { MaxMsgs = plan.MaxMsgs };
        Subscription = await calls.Connection.SubscribeCoreAsync<byte[]>(plan.Subject, plan.QueueGroup, opts: opts, cancellationToken: cancellationToken).ConfigureAwait(false);
        _ = ReadAsync(Subscription);
    }

    private async Task ReadAsync(INatsSub<byte[]> subscription)
    {
        try
        {
            await foreach (NatsMsg<byte[]> msg in subscription.Msgs.ReadAllAsync().ConfigureAwait(false))
            {
                Check(msg.Data);
                await HandleAsync(msg).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            context.Log.Add(context.Name, $"reading {Interest} ends with {e.GetType().Name}");
        }
        catch (Exception e)
        {
            context.Findings.Report("exceptions-typed", $"{context.Name}: reading {Interest} threw {e}");
        }
    }

    private void Check(ReadOnlySpan<byte> payload)
    {
        if (context.Ledger.Find(payload) is not { } message)
        {
            return;
        }

        context.Log.Add(context.Name, $"{Interest} receives message {message.Id}");
        if (!_received.Add(message.Id))
        {
            context.Findings.Report("delivered-once", $"{context.Name}: {Interest} received {message} twice");
        }

        if (_received.Count > plan.MaxMsgs)
        {
            context.Findings.Report("max-messages", $"{context.Name}: {Interest} received more than {plan.MaxMsgs} messages");
        }

        if (!Payload.IsIntact(payload, message.Id, message.Size))
        {
            context.Findings.Report("payload-intact", $"{context.Name}: {Interest} received {message} with other bytes");
        }

        NatsOpts opts = calls.Connection.Opts;
        if (opts.SubPendingChannelFullMode != BoundedChannelFullMode.Wait && Subscription is NatsSub<byte[]> { Stats.PendingMessages: var pending } && pending > opts.SubPendingChannelCapacity)
        {
            context.Findings.Report("queue-bounded", $"{context.Name}: {Interest} has {pending} messages in its queue of {opts.SubPendingChannelCapacity}");
        }

        CheckOrder(message);
    }

    private void CheckOrder(Message message)
    {
        if (context.Ledger.SeenOrder(message) is not { } order)
        {
            context.Findings.Report("received-was-sent", $"{context.Name}: {Interest} received {message}, which no server received");
            return;
        }

        if (_newest.TryGetValue(message.Publisher, out long newest) && order < newest)
        {
            context.Findings.Report("delivery-order", $"{context.Name}: {Interest} received {message} behind a later message of its publisher");
        }

        _newest[message.Publisher] = Math.Max(order, newest);
    }

    private async Task HandleAsync(NatsMsg<byte[]> msg)
    {
        switch (plan.Handler)
        {
            case HandlerKind.IsSlow when !released.IsCompleted:
                await Task.Delay(context.Chance.Spread(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2)), context.Clock).ConfigureAwait(false);
                break;
            case HandlerKind.Blocks:
                await released.ConfigureAwait(false);
                break;
            case HandlerKind.Reenters when !released.IsCompleted && _reentrances < MaxReentrances && context.Chance.Is(0.2):
                _reentrances++;
                await calls.PublishAsync(1).ConfigureAwait(false);
                await calls.FlushAsync().ConfigureAwait(false);
                break;
            case HandlerKind.Replies when msg.ReplyTo is not null:
                await ReplyAsync(msg).ConfigureAwait(false);
                break;
        }
    }

    // A reply that fails does not end the reading: a subscription that is not read and that waits for its reader blocks the connection.
    private async Task ReplyAsync(NatsMsg<byte[]> msg)
    {
        try
        {
            await msg.ReplyAsync(msg.Data).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            context.Log.Add(context.Name, $"a reply to {Interest} throws {e.GetType().Name}");
        }
    }
}
