using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>Reads several subjects of one connection and gives their messages to one handler, one after another.</summary>
internal sealed class Reading(ToolConnection connection, long count, ToolHost host, bool isQuiet = false) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _end = new();
    private long _number;

    /// <summary>Reads until the number of messages is reached, a subscription ends, or the token is cancelled.</summary>
    /// <exception cref="NatsPermissionViolationException">The server denied a subscription.</exception>
    internal async Task RunAsync(IReadOnlyList<string> subjects, string? queue, Func<IncomingMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellationToken);
        var running = new List<Task>();
        // What is read more slowly than it comes is left in the socket: a message that is dropped would be missing in the answer. The server keeps
        // what is beyond the count for the other members of a queue group; of several subjects each may still have the whole count.
        var opts = new NatsSubOpts { SlowConsumerPolicy = NatsSlowConsumerPolicy.Wait, MaxMsgs = count <= int.MaxValue ? (int)count : null };
        foreach (string subject in subjects)
        {
            INatsSub<byte[]> subscription = await connection.Nats.SubscribeCoreAsync<byte[]>(subject, queue, opts: opts, cancellationToken: cancellationToken).ConfigureAwait(false);
            running.Add(ReadAsync(subscription, handle, both.Token));
        }

        try
        {
            await connection.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            if (!isQuiet)
            {
                host.Note($"Listening on {string.Join(", ", subjects)}.");
            }

            // The first that ends for good ends the others: an error is not hidden behind subscriptions that continue.
            await (await Task.WhenAny(running).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _end.Dispose();
        _turn.Dispose();
    }

    private async Task ReadAsync(INatsSub<byte[]> subscription, Func<IncomingMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        await using (subscription.ConfigureAwait(false))
        {
            try
            {
                await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    await HandleAsync(message, handle, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // The number of messages is reached, or another subscription has ended.
            }
        }
    }

    private async Task HandleAsync(NatsMsg<byte[]> message, Func<IncomingMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_number < count)
            {
                await handle(IncomingMessage.Of(++_number, message, host.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            }

            if (_number >= count)
            {
                await _end.CancelAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
