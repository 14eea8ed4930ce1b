using System.Threading.Channels;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Workload;

/// <summary>The calls of one connection, with their bounds and with what their outcome says about the messages. None of them throws.</summary>
internal sealed class Calls(ClientContext context, NatsConnection connection, CallCheck check, SessionHistory history)
{
    private const double Cancelled = 0.1;

    private static readonly TimeSpan s_handover = TimeSpan.FromSeconds(10); // for as long a planned move may hold publishes
    private static readonly TimeSpan s_disturbance = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_eventDrain = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _command = connection.Opts.CommandTimeout;

    public NatsConnection Connection => connection;

    public CallCheck Check => check;

    public Task ConnectAsync() => check.RunAsync("connect", null, token => connection.ConnectAsync(token).AsTask(), CancelAfter(_command));

    /// <summary>Publishes several messages; none waits for the one before.</summary>
    public async Task PublishAsync(int count)
    {
        Task[] calls = [.. Enumerable.Range(0, count).Select(_ => PublishOneAsync(context.Ledger.Begin(context.Name, Size()), ReaderPlan.AnySubject(context.Chance)))];
        await Task.WhenAll(calls).ConfigureAwait(false);
    }

    public Task PublishOneAsync(Message message, string subject) => check.RunAsync($"publish {message.Id}", _command, async token =>
    {
        try
        {
            await connection.PublishAsync(subject, Payload.Of(message.Id, message.Size), cancellationToken: token).ConfigureAwait(false);
            context.Ledger.Accepted(message);
        }
        catch (Exception e)
        {
            Ledger.Failed(message, e);
            CheckTimeout(message, e);
            throw;
        }
    }, CancelAfter(_command));

    public Task RequestAsync()
    {
        Message message = context.Ledger.Begin(context.Name, Size());
        return check.RunAsync($"request {message.Id}", connection.Opts.RequestTimeout, async token =>
        {
            try
            {
                NatsMsg<byte[]> reply = await connection.RequestAsync<byte[], byte[]>(
                    ReaderPlan.AnyService(context.Chance), Payload.Of(message.Id, message.Size), cancellationToken: token).ConfigureAwait(false);
                CheckReply(message, reply.Data);
            }
            catch (Exception e)
            {
                Ledger.Failed(message, e);
                throw;
            }
        }, CancelAfter(connection.Opts.RequestTimeout));
    }

    public Task FlushAsync() => check.RunAsync("flush", ConfirmationBound, async token =>
    {
        (int flush, int accepted) = (context.Own.BeginFlush(), context.Own.Count);
        try
        {
            await connection.FlushAsync(token).ConfigureAwait(false);
            // Of two callers that are released together, the one that succeeded may continue first.
            context.Scheduler.After(TimeSpan.Zero, context.Actor, () => context.Own.FlushSucceeded(flush, accepted));
        }
        catch (Exception e)
        {
            if (e is NatsUncertainPublishException or NatsPayloadTooLargeException)
            {
                context.Own.FlushReported();
            }

            context.Own.FlushEnded(flush);
            throw;
        }
    }, CancelAfter(_command));

    /// <summary>Publishes and confirms exactly that.</summary>
    public async Task FlushWithMarkAsync()
    {
        (NatsPublishMark mark, int from) = (connection.GetPublishMark(), context.Own.Count);
        await PublishAsync(context.Chance.Between(1, 5)).ConfigureAwait(false);
        await check.RunAsync("flush with a mark", ConfirmationBound, async token =>
        {
            int accepted = context.Own.Count;
            await connection.FlushAsync(mark, token).ConfigureAwait(false);
            context.Own.MarkedFlushSucceeded(from, accepted);
        }, CancelAfter(_command)).ConfigureAwait(false);
    }

    public Task PingAsync() => check.RunAsync("ping", ConfirmationBound, async token =>
    {
        try
        {
            await connection.PingAsync(token).ConfigureAwait(false);
        }
        catch (NatsTimeoutException e) when (e.Outcome == NatsOutcome.Unknown && IsUndisturbed)
        {
            context.Findings.Report("ping-answered", $"{context.Name}: a ping timed out, although nothing kept bytes back");
            throw;
        }
    }, CancelAfter(_command));

    public Task ReconnectAsync() => check.RunAsync("reconnect", null, token => connection.ReconnectAsync(token).AsTask(), CancelAfter(_command));

    public Task SubscribeAsync(Reader reader) => check.RunAsync($"subscribe {reader.Interest}", _command, _ => reader.SubscribeAsync(CancellationToken.None));

    public Task UnsubscribeAsync(Reader reader) => check.RunAsync($"unsubscribe {reader.Interest}", TimeSpan.Zero, _ => reader.Subscription!.UnsubscribeAsync().AsTask());

    public Task DrainAsync(Reader reader) =>
        check.RunAsync($"drain {reader.Interest}", connection.Opts.DrainPingTimeout, token => reader.Subscription!.DrainAsync(token).AsTask(), CancelAfter(_command));

    public Task DrainAllAsync() =>
        check.RunAsync("drain", connection.Opts.DrainTimeout + connection.Opts.DrainPingTimeout + s_eventDrain, _ => connection.DrainAsync(CancellationToken.None).AsTask());

    public Task CloseAsync() => check.RunAsync("close", s_eventDrain + TimeSpan.FromSeconds(1), _ => connection.CloseAsync().AsTask());

    public Task DisposeAsync() => check.RunAsync("dispose", s_eventDrain + TimeSpan.FromSeconds(1), _ => connection.DisposeAsync().AsTask());

    // Back-pressure of a slow reader stops reading, and so does a long queue of bytes on a narrow link.
    private bool IsUndisturbed =>
        connection.Opts.SubPendingChannelFullMode != BoundedChannelFullMode.Wait && connection.Stats.PendingBytes == 0
        && !context.Actor.WasDisturbed(context.Scheduler.Now, s_disturbance) && context.Scheduler.Now - context.Actor.PausedUntil > s_disturbance;

    // A call first waits for a connection, then for a session, then for its PONG.
    private TimeSpan ConfirmationBound => 3 * _command;

    // A publish waits for space or for a session: it may not time out when there are both.
    private void CheckTimeout(Message message, Exception exception)
    {
        TimeSpan undisturbed = _command + s_handover;
        bool isQuiet = history.Quiet > undisturbed && context.Scheduler.Now - context.Actor.PausedUntil > undisturbed;
        if (isQuiet && exception is NatsTimeoutException && connection is { ConnectionState: NatsConnectionState.Open, Stats.PendingBytes: 0 })
        {
            context.Findings.Report("waiting-served", $"{context.Name}: {message} timed out, although the session is open and nothing is pending");
        }
    }

    private void CheckReply(Message request, byte[]? reply)
    {
        if (context.Ledger.Find(reply) is { } answered && answered != request)
        {
            context.Findings.Report("reply-matches", $"{context.Name}: {request} received the reply to {answered}");
        }
    }

    private TimeSpan? CancelAfter(TimeSpan bound) => context.Chance.Is(Cancelled) ? context.Chance.Spread(TimeSpan.FromTicks(100), bound) : null;

    private int Size()
    {
        Chance chance = context.Chance;
        return chance.Is(0.9) ? chance.Between(Payload.LeastSize, 200) : chance.Is(0.9) ? chance.Between(200, 8_000) : chance.Between(8_000, 100_000);
    }
}
